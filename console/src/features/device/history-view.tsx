import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Button, Checkbox, Select } from 'antd'
import { useEffect, useState } from 'react'
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
  historyQuery,
  isSpan,
  lineOfRows,
  lineOfSlices,
  newestQuery,
  PAGE_POINTS,
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
import { LIVE_POINTS_MAX, useLivePoints, useTick } from './use-live-points.ts'
import { useSlices } from './use-slices.ts'

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
            disabled={place < 0 && names.length >= LINES_MAX}
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
  const history = useInfiniteQuery({
    ...historyQuery(place, serviceId, range),
    // What is on the chart stays until the next is there: of another range of the same service.
    placeholderData: (before) => before,
  })
  const pages = history.data?.pages ?? []
  const first = pages[0]
  const numeric = properties.filter(isNumeric)
  const fresh = live.filter(({ arrivedAt }) => arrivedAt > (first?.askedAt ?? 0))
  const rows = rowsOf(pages, fresh, typeof range === 'string' ? { from: period.from, to: Infinity } : period)
  const shownRows = rows.filter(({ values }) => properties.some(({ name }) => Object.hasOwn(values, name)))
  // More came than is kept beside what was read, or than is drawn one by one: it is read again.
  const overflows =
    fresh.length === LIVE_POINTS_MAX || (!history.hasNextPage && rows.length > 2 * PAGE_POINTS)
  const { isFetching, refetch } = history
  useEffect(() => {
    if (overflows && !isFetching) void refetch()
  }, [overflows, isFetching, refetch])
  const slices = useSlices({ place, serviceId, range, properties: numeric, first, live })
  // Silences of less than two pixels or so.
  const leastMillis = (period.to - period.from) / SLICES
  const lines: readonly ChartLine[] = numeric.map(({ name, model }, at) => {
    const found = slices.of[at]
    return {
      ...(!slices.summed
        ? lineOfRows(rows, name, leastMillis)
        : found
          ? lineOfSlices(found)
          : { xs: [], ys: [] }),
      name,
      unit: model?.unit,
      color: properties.findIndex((other) => other.name === name),
    }
  })
  const strips = properties
    .filter((property) => !isNumeric(property))
    .map(({ name }) => ({ name, states: statesOf(rows, name, leastMillis) }))
    .filter(({ states }) => states.length > 0)
  const drawn = lines.filter(({ xs }) => xs.length > 0)
  const zoomed = choice.from !== undefined
  const showPeriod = ({ from, to }: Period): void =>
    onChoose({ ...choice, from: new Date(from).toISOString(), to: new Date(to).toISOString() })
  const fault = history.error ?? slices.error
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
            slices.refetch()
          }}
        />
      )}
      {first === undefined ? (
        !fault && <LoadingRows rows={8} />
      ) : shownRows.length === 0 && !history.hasNextPage && !history.isPlaceholderData ? (
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
          {strips.map(({ name, states }) => (
            <StateStrip key={name} name={name} states={states} {...period} />
          ))}
          {drawn.length > 0 && (
            <p className="faint small">
              {t(slices.summed ? 'device.history.summedUp' : 'device.history.zoomHint')}
            </p>
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
