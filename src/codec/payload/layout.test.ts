import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { JsonValue } from '../../base/json.ts'
import { learnLayout, memoryOf, type ReportLayout, SlotValues } from './layout.ts'
import { parseReport } from './report.ts'

const learn = (text: string) => {
  const payload = Buffer.from(text)
  return learnLayout(payload, parseReport(payload))
}

/** What a layout reads, by service and property; undefined: another layout. */
function read(layout: ReportLayout, text: string, padding = ''): unknown {
  const bytes = Buffer.from(padding + text + padding)
  const values = new SlotValues()
  const start = Buffer.byteLength(padding)
  if (!layout.read(memoryOf(bytes), start, bytes.length - start, values)) return undefined
  const services = layout.serviceIds.map((serviceId) => ({
    serviceId,
    properties: {} as Record<string, JsonValue>,
    eventTime: undefined as JsonValue | undefined,
  }))
  for (const [index, { kind, service, property }] of layout.slots.entries()) {
    const value = values.at(index)
    if (kind === 'property') Object.defineProperty(services[service]?.properties, property, own(value))
    if (kind === 'event-time') Object.assign(services[service] ?? {}, { eventTime: value })
  }
  return services
}

const own = (value: JsonValue) => ({ value, enumerable: true, configurable: true, writable: true })

/** The parser's reading in the same form. */
function parsed(text: string): unknown {
  const report = parseReport(Buffer.from(text))
  if (report.kind === 'unreadable') return undefined
  return report.services.map(({ serviceId, properties, eventTime }) => ({
    serviceId,
    properties: Object.fromEntries(Object.entries(properties)),
    eventTime,
  }))
}

const aReportOf = (t: string, h = '40') =>
  `{"services":[{"service_id":"Env","properties":{"t":${t},"h":${h}},"event_time":"20261122T070000Z"}]}`

test('a report of the same layout is read where it lies, whatever stands around it', () => {
  const layout = learn(aReportOf('21.5'))
  if (!layout) throw new Error('nothing was learned')

  for (const value of ['-3', '0', '-0', '0.1', '1234567.25', '"on"', '""', 'true', 'false'])
    expect(read(layout, aReportOf(value), '9}]"')).toEqual(parsed(aReportOf(value)))
})

for (const [what, value] of [
  ['null, which deletes', 'null'],
  ['an exponent', '1e3'],
  ['an exponent behind a fraction', '1.5E3'],
  ['more digits than a double holds', '9007199254740993'],
  ['an escape', '"a\\u0041"'],
  ['text beyond ASCII', '"ä"'],
  ['a control character', '"a\nb"'],
  ['a leading zero', '01'],
  ['a bare point', '1.'],
  ['a point alone', '.5'],
  ['a plus', '+1'],
  ['no number', '-'],
  ['nothing', ''],
  ['half a truth', 'tru'],
  ['an object', '{}'],
  ['an array', '[1]'],
  ['open text', '"abc'],
] as const)
  test(`${what} is left to the parser`, () => {
    const layout = learn(aReportOf('21.5'))

    expect(layout && read(layout, aReportOf(value))).toBeUndefined()
  })

for (const [what, text] of [
  ['a property twice', '{"services":[{"service_id":"E","properties":{"t":1,"t":2}}]}'],
  ['an escaped key', '{"services":[{"service_id":"E","properties":{"\\u0074":1}}]}'],
  ['a value of depth', '{"services":[{"service_id":"E","properties":{"t":[1]}}]}'],
  ['a null', '{"services":[{"service_id":"E","properties":{"t":null}}]}'],
  ['a service without properties', '{"services":[{"service_id":"E","properties":{}}]}'],
  ['a service without id', '{"services":[{"properties":{"t":1}}]}'],
  ['services twice', '{"services":[{"service_id":"E","properties":{"t":1}}],"services":[]}'],
  ['a number that is not exact', '{"services":[{"service_id":"E","properties":{"t":9007199254740993}}]}'],
  ['no report', '[]'],
  ['no JSON', '{"services":'],
] as const)
  test(`nothing is learned of ${what}`, () => {
    expect(learn(text)).toBeUndefined()
  })

test('unknown members may change: a running number does not spoil the layout', () => {
  const of = (seq: number) => `{"seq":${seq}, "services":[{"service_id":"E","properties":{"t":${seq}}}]}`
  const layout = learn(of(1))

  expect(layout && read(layout, of(77))).toEqual(parsed(of(77)))
})

test('differential fuzzing: what a layout reads is what the parser reads, and it reads nothing that the parser refuses', () => {
  const runs = Number(process.env['QUAYSIDE_FUZZ_RUNS'] ?? 20_000)
  const name = fc.constantFrom('t', 'h', 'a.b', '__proto__', 'constructor', 'Env', '$x', '')
  const scalar = fc.oneof(
    fc.double().map((value) => JSON.stringify(value)),
    fc.integer().map(String),
    fc.bigInt({ min: -(2n ** 60n), max: 2n ** 60n }).map(String),
    fc
      .tuple(fc.integer({ min: -99_999, max: 99_999 }), fc.nat({ max: 999_999 }))
      .map(([a, b]) => `${a}.${b}`),
    fc.string().map((value) => JSON.stringify(value)),
    fc.constantFrom(
      'true',
      'false',
      'null',
      '-0',
      '01',
      '1e5',
      '""',
      '"20261122T070000Z"',
      '{}',
      '[1]',
      '1.',
      '-',
    ),
  )
  const space = fc.constantFrom('', '', '', ' ', '\n\t')
  const service = fc
    .tuple(
      fc.uniqueArray(fc.tuple(name, space), { maxLength: 4, selector: ([key]) => key }),
      name,
      fc.boolean(),
      fc.boolean(),
      space,
    )
    .map(([names, id, timed, extra, gap]) => (value: () => string) => {
      const properties = names.map(([key, before]) => `${before}${JSON.stringify(key)}:${before}${value()}`)
      const time = timed ? `,"event_time":${gap}${value()}` : ''
      const more = extra ? `"seq":${value()},` : ''
      return `{${more}"service_id":${gap}${JSON.stringify(id)},"properties":{${properties.join(',')}}${time}}${gap}`
    })
  const shape = fc
    .array(service, { minLength: 1, maxLength: 3 })
    .map((services) => (values: readonly string[]) => {
      let next = 0
      const value = () => values[next++ % values.length] ?? '1'
      return `{"services":[${services.map((write) => write(value)).join(',')}]}`
    })
  const values = fc.array(scalar, { minLength: 1, maxLength: 12 })
  const simple = fc.array(fc.constantFrom('1', '"a"', 'true', '20.5'), { minLength: 1, maxLength: 4 })
  const damage = fc.option(fc.tuple(fc.nat(), fc.constantFrom('', ' ', '"', '{', '}', ',', '0', '\\', 'x')), {
    nil: undefined,
  })
  let matched = 0
  fc.assert(
    fc.property(shape, simple, values, damage, (write, first, second, harm) => {
      const layout = learn(write(first))
      if (!layout) return
      let text = write(second)
      if (harm) {
        const at = harm[0] % text.length
        text = text.slice(0, at) + harm[1] + text.slice(at + 1)
      }
      const seen = read(layout, text, '7')
      if (seen === undefined) return
      matched++
      expect(seen).toEqual(parsed(text))
      const [service] = Object.values(parsed(text) as { properties: object }[])
      expect(Object.keys(service?.properties ?? {})).toEqual(
        Object.keys((seen as { properties: object }[])[0]?.properties ?? {}),
      )
    }),
    { numRuns: runs },
  )
  expect(matched).toBeGreaterThan(runs / 200)
})
