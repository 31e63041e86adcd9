import { useInfiniteQuery, useQueries, useQuery } from '@tanstack/react-query'
import { Button, Checkbox, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Chart, type ChartLine, seriesVariable } from '../../components/chart.tsx'
import { useLanguage } from '../../components/language.ts'
import { EmptyState, ErrorState, LoadingRows } from '../../components/states.tsx'
import type { Feed } from '../../lib/feed.ts'
import { exactTime, parseWireTime } from '../../lib/time.ts'
import type { Place } from './device.ts'
import { DownloadCsv } from './download-csv.tsx'
import { HistoryTable } from './history-table.tsx'
import {
  around,
  bucketsQuery,
  historyQuery,
  isSpan,
  lineOfBuckets,
  lineOfRows,
  newestQuery,
  type Period,
  periodOf,
  type Range,
  rangeAround,
  rowsOf,
  SLICES,
} from './history.ts'
import { isNumeric, type ShownProperty, type ShownService } from './latest.ts'
import { RangeChooser } from './range-chooser.tsx'
import { StateStrip } from './state-strip.tsx'
import { statesOf } from './states.ts'
import type { ReportedService } from './reports.ts'
import { useLivePoints, useTick } from './use-live-points.ts'

/** What is looked at, as the address has it. */
export interface HistoryChoice {
  readonly service?: string | undefined
  readonly properties?: readonly string[] | undefined
  /** A span up to now; absent: where the newest value is. */
  readonly range?: string | undefined
  /** ISO 8601, both or none: they come before `range`, which is where zooming out leads. */
  readonly from?: string | undefined
  readonly to?: string | undefined
}

interface HistoryViewProps {
  readonly place: Place
  /** What the model names and what was reported. */
  readonly services: readonly ShownService[]
  readonly reports: Feed<ReportedService>
  readonly choice: HistoryChoice
  readonly onChoose: (choice: HistoryChoice) => void
}

/** More lines than that cannot be told apart. */
const LINES_MAX = 6

/** What a service reported before: which one, and which of its properties, is chosen here. */
export function HistoryView({ place, services, reports, choice, onChoose }: HistoryViewProps) {
  const { t } = useTranslation()
  const withData = services.find(({ time }) => time !== undefined) ?? services[0]
  const service = services.find(({ serviceId }) => serviceId === choice.service) ?? withData
  if (!service || service.properties.length === 0)
    return <EmptyState text={t('device.history.noProperties')} />
  const known = service.properties.filter(({ name }) => choice.properties?.includes(name))
  const chosen = known.length > 0 ? known : firstOf(service)
  return (
    <div className="stack">
      <div className="list-head">
        <Select
          className="chooser"
          aria-label={t('device.service')}
          value={service.serviceId}
          onChange={(next) => onChoose({ ...choice, service: next, properties: undefined })}
          options={services.map(({ serviceId }) => ({ value: serviceId, label: serviceId }))}
        />
        <PropertyChoice
          properties={service.properties}
          chosen={chosen}
          onChosen={(names) => onChoose({ ...choice, service: service.serviceId, properties: names })}
        />
      </div>
      <ServiceHistory
        key={service.serviceId}
        place={place}
        serviceId={service.serviceId}
        properties={chosen}
        reports={reports}
        choice={choice}
        onChoose={onChoose}
      />
    </div>
  )
}

/** The first that has a number to draw, else the first that has a value, else the first. */
function firstOf({ properties }: ShownService): readonly ShownProperty[] {
  const reported = properties.filter(({ latest }) => latest?.value !== undefined)
  const first = reported.find(isNumeric) ?? reported[0] ?? properties[0]
  return first ? [first] : []
}

interface PropertyChoiceProps {
  readonly properties: readonly ShownProperty[]
  readonly chosen: readonly ShownProperty[]
  readonly onChosen: (names: readonly string[]) => void
}

function PropertyChoice({ properties, chosen, onChosen }: PropertyChoiceProps) {
  const { t } = useTranslation()
  const names = chosen.map(({ name }) => name)
  // A list of boxes while it is short; what is chosen keeps its colour as a swatch.
  if (properties.length > 8)
    return (
      <Select
        mode="multiple"
        className="chooser-wide"
        aria-label={t('device.properties')}
        value={names}
        maxCount={LINES_MAX}
        onChange={(next) => next.length > 0 && onChosen(next)}
        options={properties.map(({ name }) => ({ value: name, label: name }))}
      />
    )
  return (
    <fieldset className="property-choice">
      <legend className="unseen">{t('device.properties')}</legend>
      {properties.map((property) => {
        const { name } = property
        const place = names.indexOf(name)
        return (
          <Checkbox
            key={name}
            checked={place >= 0}
            disabled={(place >= 0 && names.length === 1) || (place < 0 && names.length >= LINES_MAX)}
            onChange={({ target }) =>
              onChosen(target.checked ? [...names, name] : names.filter((other) => other !== name))
            }
          >
            {place >= 0 && isNumeric(property) && (
              <span
                aria-hidden="true"
                className="swatch"
                style={{ background: `var(--${seriesVariable(place)})` }}
              />
            )}
            <code>{name}</code>
          </Checkbox>
        )
      })}
    </fieldset>
  )
}

interface ServiceHistoryProps extends Omit<HistoryViewProps, 'services'> {
  readonly serviceId: string
  readonly properties: readonly ShownProperty[]
}

/** Finds the range, then shows what lies in it. */
function ServiceHistory(props: ServiceHistoryProps) {
  const { place, serviceId, reports, choice } = props
  const { t } = useTranslation()
  const newest = useQuery(newestQuery(place, serviceId))
  const live = useLivePoints(reports, serviceId)
  // Opened at a fixed moment: "where the newest value is" must not creep with every rendering.
  const [openedAt] = useState(() => Date.now())
  if (newest.data === undefined)
    return newest.error ? (
      <ErrorState error={newest.error} retry={newest.refetch} />
    ) : (
      <LoadingRows rows={6} />
    )
  const times = [...(newest.data ? [Date.parse(newest.data.time)] : []), ...live.map(({ time }) => time)]
  if (times.length === 0) return <EmptyState text={t('device.history.never')} />
  const last = Math.max(...times)
  const fixed = periodIn(choice)
  const automatic = !fixed && !isSpan(choice.range)
  const range = fixed ?? (isSpan(choice.range) ? choice.range : rangeAround(last, openedAt))
  return <RangeHistory {...props} live={live} range={range} automatic={automatic} last={last} />
}

function periodIn({ from = '', to = '' }: HistoryChoice): Period | undefined {
  const period = { from: parseWireTime(from), to: parseWireTime(to) }
  return period.from !== undefined && period.to !== undefined && period.from < period.to
    ? { from: period.from, to: period.to }
    : undefined
}

interface RangeHistoryProps extends ServiceHistoryProps {
  readonly live: ReturnType<typeof useLivePoints>
  readonly range: Range
  /** Nobody chose it. */
  readonly automatic: boolean
  /** Time of the newest value there is. */
  readonly last: number
}

function RangeHistory(props: RangeHistoryProps) {
  const { place, serviceId, properties, choice, onChoose, live, range, automatic, last } = props
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useTick(typeof range === 'string' ? periodOf(range, Date.now()) : undefined)
  const period = periodOf(range, now)
  const history = useInfiniteQuery(historyQuery(place, serviceId, range))
  const pages = history.data?.pages ?? []
  const first = pages[0]
  // More than one page: the drawing sums it up, the table goes on page by page.
  const slices = first?.marker === undefined ? undefined : first
  const numeric = properties.filter(isNumeric)
  const summed = useQueries({
    queries: numeric.map(({ name }) => ({
      ...bucketsQuery(place, {
        serviceId,
        property: name,
        from: slices?.from ?? 0,
        to: slices?.to ?? 0,
      }),
      enabled: slices !== undefined,
    })),
  })
  const fresh = live.filter(({ arrivedAt }) => arrivedAt >= (first?.askedAt ?? 0))
  const rows = rowsOf(pages, fresh, typeof range === 'string' ? { from: period.from, to: Infinity } : period)
  const shownRows = rows.filter(({ values }) => properties.some(({ name }) => Object.hasOwn(values, name)))
  const lines: readonly ChartLine[] = numeric.map(({ name, model }) => {
    const at = numeric.findIndex((other) => other.name === name)
    const data = slices
      ? lineOfBuckets(summed[at]?.data ?? [], fresh, {
          property: name,
          from: slices.from,
          width: (slices.to - slices.from) / SLICES,
        })
      : lineOfRows(rows, name)
    return {
      ...data,
      name,
      unit: model?.unit,
      color: properties.findIndex((other) => other.name === name),
    }
  })
  const drawn = lines.filter(({ xs }) => xs.length > 0)
  const zoomed = choice.from !== undefined
  const showPeriod = ({ from, to }: Period): void =>
    onChoose({ ...choice, from: new Date(from).toISOString(), to: new Date(to).toISOString() })
  const fault = history.error ?? summed.find(({ error }) => error)?.error
  return (
    <>
      <div className="list-head">
        <RangeChooser
          range={range}
          period={period}
          onSpan={(span) => onChoose({ ...choice, range: span, from: undefined, to: undefined })}
          onPeriod={showPeriod}
        />
        {zoomed && (
          <Button onClick={() => onChoose({ ...choice, from: undefined, to: undefined })}>
            {t('device.history.reset')}
          </Button>
        )}
        <DownloadCsv
          place={place}
          serviceId={serviceId}
          properties={properties}
          period={() => periodOf(range, Date.now())}
        />
      </div>
      {automatic && typeof range !== 'string' && (
        <p className="soft" role="status">
          {t('device.history.around', { time: exactTime(last, language) })}
        </p>
      )}
      {fault && (
        <ErrorState
          error={fault}
          retry={() => {
            void history.refetch()
            for (const one of summed) if (one.error) void one.refetch()
          }}
        />
      )}
      {first === undefined ? (
        !fault && <LoadingRows rows={8} />
      ) : shownRows.length === 0 && !history.hasNextPage ? (
        <EmptyState
          text={t('device.history.empty', { time: exactTime(last, language) })}
          action={
            <Button type="primary" onClick={() => showPeriod(around(last))}>
              {t('device.history.showLast')}
            </Button>
          }
        />
      ) : (
        <>
          {byUnit(drawn).map((group) => (
            <Chart
              key={group.map(({ name }) => name).join(' ')}
              label={t('device.history.chartLabel', {
                names: group.map(({ name }) => name).join(', '),
                from: exactTime(period.from, language),
                to: exactTime(period.to, language),
              })}
              lines={group}
              from={period.from}
              to={period.to}
              onZoom={(from, to) => showPeriod({ from, to })}
              together={serviceId}
            />
          ))}
          {properties
            .filter((property) => !isNumeric(property))
            .map(({ name }) => ({ name, states: statesOf(rows, name) }))
            .filter(({ states }) => states.length > 0)
            .map(({ name, states }) => (
              <StateStrip key={name} name={name} states={states} {...period} />
            ))}
          {drawn.length > 0 && (
            <p className="faint small">{t(slices ? 'device.history.summedUp' : 'device.history.zoomHint')}</p>
          )}
          <HistoryTable
            rows={shownRows}
            properties={properties}
            more={history.hasNextPage}
            busy={history.isFetchingNextPage}
            onMore={() => void history.fetchNextPage()}
          />
        </>
      )}
    </>
  )
}

/** Lines of one unit share a chart: two scales in one picture make people compare what cannot be compared. */
function byUnit(lines: readonly ChartLine[]): readonly (readonly ChartLine[])[] {
  const groups = new Map<string, ChartLine[]>()
  for (const line of lines) groups.set(line.unit ?? '', [...(groups.get(line.unit ?? '') ?? []), line])
  return [...groups.values()]
}
