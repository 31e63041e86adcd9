import { caFile, certificateFile, type ClientKit, keyFile } from './kit-facts.ts'

/** One client as its chapter tells it. */
export interface Chapter {
  readonly name: string
  /** What to do, a line each. */
  readonly steps: readonly string[]
  readonly kit: ClientKit
}

export interface ReadmeWords {
  readonly title: string
  readonly intro: string
  /** Said only when the certificate is not in the kit. */
  readonly needCertificate: string
  readonly secretNote: string
  readonly chapters: readonly Chapter[]
}

interface ReadmeFacts {
  readonly isCertificate: boolean
  readonly hasCertificate: boolean
}

/** README.txt of a kit: what is in it, and for each client its steps and its commands, which start with `$`. */
export function readme(words: ReadmeWords, { isCertificate, hasCertificate }: ReadmeFacts): string {
  const parts = [
    `${words.title}\n${'='.repeat(60)}\n`,
    `${words.intro}\n`,
    ...(isCertificate && !hasCertificate ? [`${words.needCertificate}\n`] : []),
    ...(isCertificate
      ? [`  ${caFile}\n  ${certificateFile}\n  ${keyFile}\n`]
      : [`${words.secretNote}\n`, `  ${caFile}\n`]),
    ...words.chapters.map(({ name, steps, kit: { install, run } }) =>
      [
        `${name}\n${'-'.repeat(60)}\n`,
        ...steps.map((step) => `${step}\n`),
        ...[install, run].filter((line) => line !== undefined).map((line) => `\n    $ ${line}\n`),
      ].join(''),
    ),
  ]
  return parts.join('\n')
}
