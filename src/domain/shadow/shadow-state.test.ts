import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { JsonValue } from '../../base/json.ts'
import { limits } from '../../base/limits.ts'
import { NOON } from '../../../tests/support/builders.ts'
import type { Instant } from '../../base/instant.ts'
import type { Shadow } from './shadow.ts'
import { emptyShadow, ShadowState } from './shadow-state.ts'

interface ReportedChange {
  readonly values: readonly (readonly [property: string, value: JsonValue])[]
  readonly time: Instant
  readonly receivedAt: Instant
  readonly repeats: boolean
}

/** The shadow after a report; the very same object when the report changes nothing in it. */
function applyReport(shadow: Shadow, { values, time, receivedAt, repeats }: ReportedChange): Shadow {
  const state = new ShadowState(shadow)
  if (!state.isChangedBy(time, receivedAt, repeats)) return shadow
  state.begin(time, receivedAt)
  for (const [property, value] of values) state.set(property, value)
  return state.toShadow()
}

function change(
  values: Readonly<Record<string, JsonValue>>,
  rest: Partial<ReportedChange> = {},
): ReportedChange {
  const time = rest.time ?? NOON
  return { values: Object.entries(values), time, receivedAt: Math.max(time, NOON), repeats: false, ...rest }
}
const apply = (...changes: readonly ReportedChange[]): Shadow =>
  changes.reduce(applyReport, emptyShadow('Meter'))

test('device protocol §4.3: named properties are set, the others stay, each report raises the version by 1', () => {
  const shadow = apply(change({ a: 1, b: { x: 1, y: 1 } }), change({ b: { x: 2 } }, { receivedAt: NOON + 1 }))

  expect(shadow.reported?.properties).toEqual({ a: 1, b: { x: 2 } })
  expect(shadow.version).toBe(2)
})

test('device protocol §4.3: null deletes a key', () => {
  expect(apply(change({ a: 1, b: 2 }), change({ a: null })).reported?.properties).toEqual({ b: 2 })
})

test('device protocol §4.3: what is older than the latest report changes nothing', () => {
  const before = apply(change({ a: 2 }))

  expect(applyReport(before, change({ a: 1, b: 1 }, { time: NOON - 1 }))).toBe(before)
})

test('R4: a redelivery does not take the shadow back, not even within one millisecond', () => {
  const before = apply(change({ a: 1 }), change({ a: 2 }))

  expect(applyReport(before, change({ a: 1 }, { repeats: true }))).toBe(before)
})

test('R4: a redelivered report with the event time of a later one does not win over it', () => {
  const before = apply(
    change({ a: 1 }, { receivedAt: NOON + 10 }),
    change({ a: 2 }, { receivedAt: NOON + 20 }),
  )

  expect(applyReport(before, change({ a: 1 }, { receivedAt: NOON + 10, repeats: true }))).toBe(before)
})

test('a device whose clock once ran years ahead gets its next value in', () => {
  const ahead = change({ a: 1 }, { time: NOON + 1e12, receivedAt: NOON })

  const shadow = apply(ahead, change({ a: 2 }, { time: NOON + 5, receivedAt: NOON + 5 }))

  expect(shadow.reported).toEqual({ properties: { a: 2 }, time: NOON + 5, receivedAt: NOON + 5 })
})

test('R3: our clock was stepped back by a day: the next report is in the shadow all the same', () => {
  const stepped = NOON - 24 * 3_600_000
  const before = apply(change({ a: 1 }), change({ a: 2 }, { time: NOON + 5, receivedAt: NOON + 5 }))

  const shadow = [1, 2].reduce(
    (state, n) => applyReport(state, change({ a: 10 + n }, { time: stepped + n, receivedAt: stepped + n })),
    before,
  )

  expect(shadow.reported).toEqual({ properties: { a: 12 }, time: stepped + 2, receivedAt: stepped + 2 })
  expect(applyReport(shadow, change({ a: 3 }, { time: stepped, receivedAt: stepped, repeats: true }))).toBe(
    shadow,
  )
})

test('S11: a property named __proto__ is a property', () => {
  const shadow = apply(change(JSON.parse('{"__proto__": {"polluted": true}}') as Record<string, JsonValue>))

  expect(Object.keys(shadow.reported?.properties ?? {})).toEqual(['__proto__'])
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
})

test('a shadow holds a bounded number of keys', () => {
  const many = Object.fromEntries(
    Array.from({ length: limits.shadowPropertiesMax + 5 }, (_, n) => [`p${n}`, n]),
  )

  const shadow = apply(change(many), change({ p0: 'new' }))

  expect(Object.keys(shadow.reported?.properties ?? {})).toHaveLength(limits.shadowPropertiesMax)
  expect(shadow.reported?.properties['p0']).toBe('new')
})

test('device protocol §4.4: defaults become the first desired state, once, at version 0', () => {
  const created = new ShadowState(emptyShadow('Meter'))

  expect(created.setInitialDesired({}, NOON)).toBe(false)
  expect(created.setInitialDesired({ kwh: 5 }, NOON)).toBe(true)
  expect(created.setInitialDesired({ kwh: 6 }, NOON)).toBe(false)
  expect(created.toShadow()).toEqual({
    serviceId: 'Meter',
    desired: { properties: { kwh: 5 }, time: NOON },
    version: 0,
  })
})

test('a shadow that is read and kept again is the same', () => {
  const before = apply(change({ a: 1 }), change({ b: 'x' }, { receivedAt: NOON + 1 }))

  expect(new ShadowState(before).toShadow()).toEqual(before)
})

test('R4: applying any report of a series again, as a redelivery, never changes the shadow', () => {
  const report = fc.record({
    value: fc.integer(),
    age: fc.integer({ min: -3, max: 3 }),
    gap: fc.integer({ min: 0, max: 2 }),
  })

  fc.assert(
    fc.property(fc.array(report, { minLength: 1, maxLength: 20 }), (reports) => {
      let receivedAt = NOON
      const changes = reports.map(({ value, age, gap }) => {
        receivedAt += gap
        return change({ a: value }, { time: receivedAt - age, receivedAt })
      })
      const shadow = apply(...changes)

      for (const again of changes) expect(applyReport(shadow, { ...again, repeats: true })).toBe(shadow)
    }),
  )
})

test('device protocol §4.4: desired values are set one by one, null takes one away, none at all takes the section away', () => {
  const state = new ShadowState(emptyShadow('Meter'))
  const change = (desired: Record<string, JsonValue>, time = NOON) => {
    expect(state.isChangedByDesired(desired)).toBe(true)
    state.changeDesired(desired, time)
    return state.toShadow()
  }

  expect(change({ a: 1, b: { x: 1 } })).toMatchObject({
    desired: { properties: { a: 1, b: { x: 1 } }, time: NOON },
    version: 1,
  })
  expect(change({ b: { y: 1 }, c: 3 }, NOON + 1)).toMatchObject({
    desired: { properties: { a: 1, b: { y: 1 }, c: 3 }, time: NOON + 1 },
    version: 2,
  })
  expect(change({ b: null, c: 4 }).desired?.properties).toEqual({ a: 1, c: 4 })
  expect(change({})).toEqual({ serviceId: 'Meter', version: 4 })
  change({ a: 1 })
  expect(change({ a: null }), 'the last one takes the section with it').toEqual({
    serviceId: 'Meter',
    version: 6,
  })
})

test('taking away what is not there is no change', () => {
  const state = new ShadowState(emptyShadow('Meter'))

  expect(state.isChangedByDesired({})).toBe(false)
  expect(state.isChangedByDesired({ a: null })).toBe(false)
  expect(state.isChangedByDesired({ a: null, b: 1 })).toBe(true)
})

test('the desired and the reported state grow one version', () => {
  const state = new ShadowState(apply(change({ a: 1 })))

  state.changeDesired({ a: 2 }, NOON)
  state.begin(NOON + 1, NOON + 1)
  state.set('a', 2)

  expect(state.toShadow()).toMatchObject({ version: 3 })
})

test('northbound §4.5: a shadow that is cleared is empty, and its version grows on', () => {
  const state = new ShadowState(apply(change({ a: 1 })))
  state.changeDesired({ a: 2 }, NOON)

  state.clear()

  expect(state.isEmpty).toBe(true)
  expect(state.toShadow()).toEqual({ serviceId: 'Meter', version: 3 })
  expect(new ShadowState(state.toShadow()).isChangedBy(NOON - 1, NOON - 1, false)).toBe(true)
})

test.for<readonly [string, Record<string, JsonValue>, Record<string, JsonValue>, boolean]>([
  ['equal values', { a: 30 }, { a: 30.0, b: 1 }, false],
  ['a value that was never reported', { a: 1 }, {}, true],
  ['another value', { a: 1, b: 2 }, { a: 1, b: 3 }, true],
  ['equal objects, written differently', { a: { x: 1, y: [1] } }, { a: { y: [1], x: 1 } }, false],
  ['a text that holds a number', { a: '30' }, { a: 30 }, true],
])('device protocol §4.4: %s', ([, desired, reported, isDiffering]) => {
  const state = new ShadowState(apply(change(reported)))

  state.changeDesired(desired, NOON)

  expect(state.isDiffering()).toBe(isDiffering)
})

test('the desired section has a bound', () => {
  const state = new ShadowState(emptyShadow('$device_rule'))
  const many = Object.fromEntries(Array.from({ length: limits.shadowPropertiesMax }, (_, n) => [`p${n}`, n]))
  expect(state.isOverfilledBy(many)).toBe(false)
  state.changeDesired(many, NOON)

  expect(state.isOverfilledBy({ p0: 1 })).toBe(false)
  expect(state.isOverfilledBy({ one: 1 })).toBe(true)
  expect(state.isOverfilledBy({ one: null })).toBe(false)
})
