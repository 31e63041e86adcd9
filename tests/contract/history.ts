import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { DeviceId, Position } from '../../src/base/ids.ts'
import type { JsonValue } from '../../src/base/json.ts'
import { seqOf } from '../../src/domain/history/seq.ts'
import type { NewRow } from '../../src/store/history/history-store.ts'
import { NOON } from '../support/builders.ts'
import { type Addition, DEVICE, HistoryDriver, type HistoryFixture } from '../support/history-driver.ts'

const at = (position: number): Position => position as Position

/** What every implementation must do. Run it on each. */
export function describeHistory(name: string, makeFixture: () => HistoryFixture): void {
  const setUp = () => {
    const fixture = makeFixture()
    const driver = new HistoryDriver(fixture)
    onTestFinished(() => driver.store.close())
    return { ...fixture, driver }
  }

  describe(`${name} keeps the contract of history`, () => {
    test('what was added is read at once, and the same when it is folded', async () => {
      const { driver } = setUp()
      driver.add({
        time: NOON,
        values: [
          ['a', 21.5],
          ['b', 'on'],
          ['c', { x: [1, null] }],
          ['d', true],
        ],
      })
      driver.add({ time: NOON + 1, values: [['a', -3]], timeSource: 'received' })

      await driver.check()
      await driver.foldAll()

      await driver.check()
      expect(driver.store.foldedPosition()).toBe(2)
    })

    test.for<readonly [string, readonly JsonValue[]]>([
      ['whole numbers', [1, 2, 3, -4, 1_000_000, 0, 0]],
      ['decimals', [21.5, 21.55, -0.1, 1e-6, 123_456.789]],
      ['numbers of single precision', [Math.fround(21.3), Math.fround(-0.7), Math.fround(1e30)]],
      ['any numbers', [Math.PI, 5e-324, 1.7976931348623157e308, -1 / 3, 2 ** 53, 2 ** 53 + 2]],
      ['numbers whose steps are large', [2 ** 47, -(2 ** 47), 0, 2 ** 47 - 1]],
      ['texts', ['a', '', '"😀\\', 'a']],
      ['a mixture', [1, '1', true, { a: 1 }, [1, [2]], 2.5, false]],
    ])('%s come back as they were', async ([, values]) => {
      const { driver } = setUp()
      for (const [index, value] of values.entries())
        driver.add({
          time: NOON + index,
          values: [['a', value], ...(index % 2 ? [['b', value] as const] : [])],
        })

      await driver.foldAll()

      await driver.check()
    })

    test('R4: a time that the device gives again is the same point, with the values received later', async () => {
      const { driver } = setUp()
      const add = (receivedAt: number, values: NewRow['values'], rest: Partial<NewRow> = {}): void =>
        driver.add({ time: NOON, receivedAt, values, ...rest })
      add(NOON + 1, [
        ['a', 1],
        ['b', 1],
      ])
      await driver.foldAll()
      add(NOON + 2, [
        ['a', 2],
        ['c', 2],
      ])
      await driver.foldAll()
      add(
        NOON + 1,
        [
          ['a', 1],
          ['b', 1],
        ],
        { repeats: true },
      )

      const points = await driver.points()
      await driver.foldAll()

      expect(points).toMatchObject([
        { time: NOON, tie: 0, seq: seqOf(at(1), 0), receivedAt: NOON + 2, values: { a: 2, b: 1, c: 2 } },
      ])
      expect(await driver.points()).toEqual(points)
    })

    test('R4: two reports received in one millisecond are two points; the redelivery of one adds none', async () => {
      const { driver } = setUp()
      driver.add({ timeSource: 'received', values: [['a', 1]] })
      await driver.foldAll()
      driver.add({ timeSource: 'received', values: [['a', 2]] })
      driver.add({ timeSource: 'received', values: [['a', 1]], repeats: true })

      const points = await driver.points()

      expect(points.map(({ values }) => values)).toEqual([{ a: 1 }, { a: 2 }])
    })

    test('S16: a deleted device has no history, neither now nor after a crash; one of its id begins anew', async () => {
      const { driver } = setUp()
      driver.add({ values: [['a', 1]] })
      await driver.foldAll()
      driver.add({ time: NOON + 1, values: [['a', 2]] })
      driver.delete(DEVICE)

      expect(await driver.points()).toEqual([])
      driver.crash()
      expect(await driver.points()).toEqual([])
      await driver.foldAll()
      driver.crash()
      expect(await driver.points()).toEqual([])
      expect((await driver.store.stats()).points).toBe(0)

      driver.add({ time: NOON, values: [['b', 3]] })
      await driver.foldAll()
      expect((await driver.points()).map(({ values }) => values)).toEqual([{ b: 3 }])
    })

    test('pages hold every point once while rows are added, folded and merged in between', async () => {
      const { driver } = setUp()
      for (let n = 0; n < 200; n++) driver.add({ time: NOON + n * 10, values: [['n', n]] })
      await driver.foldAll()
      for (const order of ['asc', 'desc'] as const) {
        const found: number[] = []
        let added = 0
        for await (const { values } of driver.store.scan({ deviceId: DEVICE, order })) {
          if (typeof values['n'] === 'number') found.push(values['n'])
          if (added++ % 10 === 0) {
            driver.add({ time: NOON + added * 7 + 1, values: [['other', added]] })
            await driver.foldAll()
          }
        }
        const expected = Array.from({ length: 200 }, (_, n) => n)
        expect(found).toEqual(order === 'asc' ? expected : expected.toReversed())
      }
      await driver.check()
    })

    test.for(['asc', 'desc'] as const)(
      'pages %s are cut behind a marker; no other is taken',
      async (order) => {
        const { driver } = setUp()
        for (let n = 0; n < 25; n++)
          driver.add({ time: NOON + Math.floor(n / 2), serviceId: `service-${n % 3}`, values: [['n', n]] })
        await driver.foldAll()
        driver.add({ time: NOON + 3, serviceId: 'service-1', timeSource: 'received', values: [['n', 25]] })
        const query = { deviceId: DEVICE, limit: 4, order } as const

        const found: unknown[] = []
        for (let marker: string | undefined, more = true; more; more = marker !== undefined) {
          const page = await driver.store.page({ ...query, ...(marker !== undefined && { marker }) })
          found.push(...page.points.map(({ values }) => values))
          marker = page.marker
        }

        const all = (await driver.points()).map(({ values }) => values)
        expect(found).toEqual(order === 'asc' ? all : all.toReversed())
        await expect(driver.store.page({ ...query, marker: 'W10' })).rejects.toMatchObject({
          name: 'Refusal',
        })
      },
    )

    test('the newest point of each property is found, among so many points', async () => {
      const { driver } = setUp()
      driver.add({
        time: NOON,
        values: [
          ['a', 1],
          ['b', 1],
        ],
      })
      for (let n = 1; n < 20; n++) driver.add({ time: NOON + n, values: [['a', n]] })
      await driver.foldAll()
      driver.add({ time: NOON + 30, values: [['c', 1]] })
      const latest = (rowsMax: number) =>
        driver.store.latest(
          { deviceId: DEVICE, serviceId: 'meter', properties: ['a', 'b', 'c', 'd'] },
          rowsMax,
        )

      const times = Object.fromEntries(
        [...(await latest(100))].map(([property, { time }]) => [property, time - NOON]),
      )

      expect(times).toEqual({ a: 19, b: 0, c: 30 })
      expect([...(await latest(5)).keys()].toSorted()).toEqual(['a', 'c'])
    })

    test.for(['retry', 'crash'] as const)(
      'Q2: a fault at any step of folding and merging loses nothing and doubles nothing; then: %s',
      async (then) => {
        for (let step = 0, failed = true; failed; step++) {
          const { driver, failAt } = setUp()
          fill(driver, 9)
          await driver.foldAll()
          fill(driver, 9)
          driver.delete('device-1' as DeviceId)
          fill(driver, 4)
          failAt(step)

          failed = await driver.foldAll().then(
            () => false,
            () => true,
          )
          failAt(undefined)
          await driver.check()
          if (then === 'crash') driver.crash()
          await driver.foldAll()

          await driver.check()
          expect(driver.store.foldedPosition()).toBe(driver.position)
          expect(failed || step > 15).toBe(true)
          driver.store.close()
        }
      },
    )

    test('whatever is added, folded, merged, deleted and crashed, history is what the log says', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(anAct, { minLength: 1, maxLength: 40 }), async (acts) => {
          const driver = new HistoryDriver(makeFixture())
          try {
            for (const act of acts) await act(driver)
            await driver.check()
            await driver.foldAll()
            await driver.check()
            driver.crash()
            await driver.check()
          } finally {
            driver.store.close()
          }
        }),
        { numRuns: 30 },
      )
    })
  })
}

function fill(driver: HistoryDriver, count: number): void {
  for (let n = 0; n < count; n++)
    driver.add({
      deviceId: `device-${n % 3}` as DeviceId,
      time: NOON + ((n * 7) % 9) * 86_400_000 * 3,
      repeats: n % 11 === 0,
      timeSource: n % 2 === 0 ? 'device' : 'received',
      values: [['a', n], ...(n % 3 === 0 ? [['b', `text ${n}`] as const] : [])],
    })
}

type Act = (driver: HistoryDriver) => Promise<void> | void

const aDevice = fc.constantFrom('device-0', 'device-1').map((id) => id as DeviceId)
const aValue = fc.oneof(
  // Quarters: their sums are exact in any order.
  { weight: 5, arbitrary: fc.integer({ min: -40, max: 40 }).map((n) => n / 4) },
  { weight: 1, arbitrary: fc.constantFrom<JsonValue[]>('on', 'off', true, { x: 1 }, [2]) },
)
const anAddition: fc.Arbitrary<Addition> = fc.record({
  deviceId: aDevice,
  serviceId: fc.constantFrom('meter', 'lamp'),
  time: fc.oneof(
    { weight: 6, arbitrary: fc.nat(30).map((n) => NOON + n) },
    { weight: 2, arbitrary: fc.nat(3).map((n) => NOON - n * 20 * 86_400_000) },
    { weight: 1, arbitrary: fc.constantFrom(0, 4_102_444_800_000, -62_135_596_800_000) },
  ),
  receivedAt: fc.nat(5).map((n) => NOON + n),
  timeSource: fc.constantFrom('device', 'received'),
  repeats: fc.boolean(),
  values: fc
    .uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'c'), aValue), {
      selector: ([name]) => name,
      minLength: 1,
    })
    .map((pairs) => pairs as NewRow['values']),
})
const anAct: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.array(anAddition, { minLength: 1, maxLength: 12 }).map((all): Act => (driver) => {
      for (const one of all) driver.add(one)
    }),
  },
  {
    weight: 4,
    arbitrary: fc.nat(6).map((slices): Act => (driver) => {
      driver.store.beginFold(driver.position)
      for (let n = 0; n < slices; n++) driver.store.work(0)
    }),
  },
  { weight: 2, arbitrary: fc.constant<Act>((driver) => driver.foldAll()) },
  { weight: 2, arbitrary: fc.constant<Act>((driver) => driver.crash()) },
  { weight: 1, arbitrary: fc.constant<Act>((driver) => driver.check()) },
  {
    weight: 1,
    arbitrary: aDevice.map(
      (deviceId): Act =>
        (driver) =>
          driver.delete(deviceId),
    ),
  },
)
