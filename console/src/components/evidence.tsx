import { useTranslation } from 'react-i18next'
import { exactTime, parseWireTime } from '../lib/time.ts'
import { useLanguage } from './language.ts'
import { useWord } from './verdict.ts'

type Fields = Readonly<Record<string, unknown>>

interface EvidenceProps {
  readonly seen?: Fields | undefined
  readonly expected?: Fields | undefined
}

/** What was seen beside what was expected, a name a line, in words. */
export function Evidence({ seen = {}, expected = {} }: EvidenceProps) {
  const { t } = useTranslation()
  const word = useWord()
  const names = [...new Set([...Object.keys(seen), ...Object.keys(expected)])]
  if (names.length === 0) return null
  const sawSome = Object.keys(seen).length > 0
  const expectedSome = Object.keys(expected).length > 0
  return (
    <table className="evidence">
      <thead>
        <tr>
          <th scope="col">
            <span className="unseen">{t('common.name')}</span>
          </th>
          {sawSome && <th scope="col">{t('verdict.seen')}</th>}
          {expectedSome && <th scope="col">{t('verdict.expected')}</th>}
        </tr>
      </thead>
      <tbody>
        {names.map((name) => (
          <tr key={name}>
            <th scope="row">{word('facts', name) ?? name.replaceAll('_', ' ')}</th>
            {sawSome && (
              <td data-title={t('verdict.seen')}>
                <EvidenceValue of={seen[name]} />
              </td>
            )}
            {expectedSome && (
              <td data-title={t('verdict.expected')}>
                <EvidenceValue of={expected[name]} />
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** As the platform writes times: nothing that a device sends is read as one by chance. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

/** A piece of evidence as a person reads it. */
export function EvidenceValue({ of: value }: { readonly of: unknown }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const word = useWord()
  if (value === undefined) return null
  if (value === null) return <span className="faint">{t('verdict.none')}</span>
  if (value === '') return <span className="faint">{t('verdict.empty')}</span>
  if (typeof value === 'boolean') return t(value ? 'verdict.yes' : 'verdict.no')
  if (Array.isArray(value)) return <code className="break">{value.map(plain).join(', ')}</code>
  const millis = typeof value === 'string' && TIME.test(value) ? parseWireTime(value) : undefined
  if (millis !== undefined) return exactTime(millis, language)
  return (
    (typeof value === 'string' ? word('values', value) : undefined) ?? (
      <code className="break">{plain(value)}</code>
    )
  )
}

const plain = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))
