import { answerOf } from '../src/domain/verdict/answers.ts'
import type { ConnectionCode } from '../src/domain/verdict/connection-codes.ts'
import { catalogue, type CatalogueEntry } from '../src/domain/verdict/render.ts'

const introduction = `# Every answer, explained

Each connection and each report gets a *verdict*: a code, a sentence that says what was seen, and a remedy. They are
shown at \`GET /quayside/v1/{project_id}/connections\`, can be asked for ahead of time with
\`POST /quayside/v1/{project_id}/explain/connection\` and \`…/explain/report\`, and come in English or Chinese by
\`Accept-Language\`. This list is made from the catalogue in \`src/domain/verdict/\`, which is also served at
\`/quayside/v1/verdicts\`. Words in braces stand for what was seen in the case at hand.

The peer itself is told the protocol's code only, never the sentence: an unknown device and a wrong password look the
same from outside.
`

/** `docs/explain.md`: the whole catalogue of verdicts. A test holds the file to this. */
export function explainDocument(): string {
  const entries = catalogue()
  const section = (title: string, kind: CatalogueEntry['kind']) => [
    `## ${title}\n`,
    ...entries.filter((entry) => entry.kind === kind).map(describe),
  ]
  return [introduction, ...section('Connections', 'connection'), ...section('Reports', 'report')].join('\n')
}

function describe({ code, kind, en, zh }: CatalogueEntry): string {
  const remedy = (label: string, text: string) => (text === '' ? '' : `\n\n${label} ${text}`)
  return [
    `### ${code}\n`,
    ...(kind === 'connection' ? [`${describeAnswer(code as ConnectionCode)}\n`] : []),
    `${escape(en.sentence)}${remedy('**Remedy:**', escape(en.remedy))}\n`,
    `${escape(zh.sentence)}${remedy('**处理方法：**', escape(zh.remedy))}\n`,
  ].join('\n')
}

function describeAnswer(code: ConnectionCode): string {
  const { mqtt, mqtt5 } = answerOf(code)
  if (mqtt === null || mqtt5 === null) return 'Answer: none, the connection is closed.'
  return `Answer: CONNACK ${mqtt}, MQTT 5 0x${mqtt5.toString(16).padStart(2, '0')}.`
}

/** Markdown would take these for HTML and emphasis. */
const escape = (text: string): string => text.replaceAll(/[<>*_`|]/g, (char) => `\\${char}`)
