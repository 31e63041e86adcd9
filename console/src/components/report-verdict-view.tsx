import { useTranslation } from 'react-i18next'
import { DataTable } from './data-table.tsx'
import { EvidenceValue } from './evidence.tsx'
import { type ProductPlace, Remedy } from './remedy.tsx'
import { StatusMark } from './status-mark.tsx'
import { Time } from './time.tsx'
import { markOf, type ShownReport, type ShownValue, useWord } from './verdict.ts'
import { RawJson, VerdictHead } from './verdict-view.tsx'

interface ReportVerdictViewProps {
  readonly verdict: ShownReport
  /** Without the raw JSON: where more than the verdict is shown as such. */
  readonly compact?: boolean
  /** Of the device: its model is where a rule is changed. */
  readonly product?: ProductPlace | undefined
}

/** What becomes of a report: each value of each service, stored or refused, by which rule. */
export function ReportVerdictView({ verdict, compact = false, product }: ReportVerdictViewProps) {
  const { t } = useTranslation()
  const { outcome, code, sentence, remedy, services } = verdict
  return (
    <div className="verdict">
      <VerdictHead
        outcome={outcome}
        says={t(`verdict.reportOutcomes.${outcome}`)}
        code={code}
        sentence={sentence}
      >
        <Remedy code={code} text={remedy} product={product} />
      </VerdictHead>
      {services.map((service, at) => (
        <section key={at} className="verdict-part" aria-label={service.service_id}>
          <h3 className="wrapping">
            <span className="code">{service.service_id}</span>
            <span className="faint small">
              <Time at={service.time} /> · {t(`verdict.timeSources.${service.time_source}`)}
            </span>
          </h3>
          {service.time_code !== null && (
            <p>
              <StatusMark mark="attention">{t('verdict.timeNotTaken')}</StatusMark>{' '}
              <code className="faint small">{service.time_code}</code>
            </p>
          )}
          {service.code !== undefined && service.values.length === 0 && (
            <p>
              <StatusMark mark="refused">{t('verdict.serviceRefused')}</StatusMark>{' '}
              <code className="faint small">{service.code}</code>
            </p>
          )}
          {service.values.length > 0 && (
            <Values told={remedy} service={service.service_id} values={service.values} product={product} />
          )}
        </section>
      ))}
      {!compact && <RawJson of={verdict} />}
    </div>
  )
}

/** Longest value that is shown whole; the raw JSON has all of it. */
const VALUE_CHARACTERS_MAX = 200

interface ValuesProps {
  /** The remedy that stands above. */
  readonly told: string
  readonly service: string
  readonly values: readonly ShownValue[]
  readonly product: ProductPlace | undefined
}

function Values({ told, service, values, product }: ValuesProps) {
  const { t } = useTranslation()
  return (
    <DataTable
      label={t('verdict.valuesOf', { service })}
      rows={values}
      keyOf={({ property }) => property}
      columns={[
        {
          key: 'property',
          title: t('verdict.property'),
          cell: ({ property }) => <code className="break">{property}</code>,
        },
        {
          key: 'seen',
          title: t('verdict.value'),
          cell: ({ seen }) => <code className="break verdict-value">{clipped(JSON.stringify(seen))}</code>,
        },
        {
          key: 'outcome',
          title: t('verdict.outcome'),
          cell: ({ outcome, code = '', sentence, remedy = '', rule }) => (
            <div className="lines">
              <span className="wrapping">
                <StatusMark mark={markOf[outcome]}>{t(`verdict.outcomes.${outcome}`)}</StatusMark>
                <code className="faint small">{code}</code>
              </span>
              {sentence !== undefined && <span className="break">{sentence}</span>}
              {rule && <Rule rule={rule} />}
              {/* The head says it already. */}
              {remedy !== told && <Remedy code={code} text={remedy} product={product} />}
            </div>
          ),
        },
      ]}
    />
  )
}

/** What the product model demands of the value. */
function Rule({ rule }: { readonly rule: NonNullable<ShownValue['rule']> }) {
  const word = useWord()
  return (
    <span className="wrapping small">
      {Object.entries(rule).map(([name, value]) => (
        <span key={name}>
          <span className="faint">{word('facts', name) ?? name}</span> <EvidenceValue of={value} />
        </span>
      ))}
    </span>
  )
}

const clipped = (text: string): string =>
  text.length <= VALUE_CHARACTERS_MAX ? text : `${text.slice(0, VALUE_CHARACTERS_MAX).toWellFormed()}…`
