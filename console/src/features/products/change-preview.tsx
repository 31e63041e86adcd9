import { Radio } from 'antd'
import { useTranslation } from 'react-i18next'
import type { ModelChange } from './model-changes.ts'
import type { ImportWay } from './model-file.ts'

/** Merge or replace; only a model that holds something gives a choice. */
export function WayField({
  way,
  onChange,
}: {
  readonly way: ImportWay
  readonly onChange: (way: ImportWay) => void
}) {
  const { t } = useTranslation()
  return (
    <fieldset className="field">
      <legend>{t('model.way')}</legend>
      <Radio.Group
        value={way}
        onChange={(event) => onChange(event.target.value as ImportWay)}
        options={[
          { value: 'merge', label: t('model.ways.merge') },
          { value: 'replace', label: t('model.ways.replace') },
        ]}
      />
      <p className="field-help">{t(`model.wayHelp.${way}`)}</p>
    </fieldset>
  )
}

const marks = { added: '+', changed: '±', removed: '−' } as const

/** What saving will change, before anything is saved. */
export function ChangePreview({ changes }: { readonly changes: readonly ModelChange[] }) {
  const { t } = useTranslation()
  return (
    <section className="change-preview" aria-label={t('model.preview')}>
      <h3 className="form-part">{t('model.preview')}</h3>
      {changes.length === 0 ? (
        <p className="soft">{t('model.noChange')}</p>
      ) : (
        <ul className="lines" tabIndex={0}>
          {changes.map(({ kind, what, serviceId, name, size }) => (
            <li key={`${what} ${serviceId} ${name}`} className={`change ${kind}`}>
              <span aria-hidden="true" className="code change-mark">
                {marks[kind]}
              </span>
              <span>
                {t(`model.changes.${kind}`, {
                  what: t(`model.parts.${what}`),
                  name: what === 'service' ? name : `${serviceId}.${name}`,
                })}
                {size !== undefined && <span className="faint"> · {t('model.sizeOf', { count: size })}</span>}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
