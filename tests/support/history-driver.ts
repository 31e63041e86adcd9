import assert from 'node:assert/strict'
import type { DeviceId, Position } from '../../src/base/ids.ts'
import { seqOf } from '../../src/domain/history/seq.ts'
import type { HistoryStore, NewRow } from '../../src/store/history/history-store.ts'
import { NOON } from './builders.ts'
import { type HistoryModel, type LogEntry, modelBuckets, modelPoints } from './history-model.ts'

/** One folder that history can be opened on, again and again. */
export interface HistoryFixture {
  open(): HistoryStore
  /** Makes the storage fail once, at the `n`-th step of a write from now; undefined: never. */
  failAt(n: number | undefined): void
}

export const DEVICE = 'a-device' as DeviceId
const at = (position: number): Position => position as Position

export interface Addition extends Partial<NewRow> {
  readonly deviceId?: DeviceId
  readonly serviceId?: string
  readonly values: NewRow['values']
}

/** A store and the log that it follows; after a crash it follows the log again. */
export class HistoryDriver {
  readonly #fixture: HistoryFixture
  readonly #log: LogEntry[] = []
  store: HistoryStore

  constructor(fixture: HistoryFixture) {
    this.#fixture = fixture
    this.store = fixture.open()
  }

  get position(): Position {
    return at(this.#log.length)
  }

  add({ deviceId = DEVICE, serviceId = 'meter', ...row }: Addition): void {
    const seq = seqOf(at(this.#log.length + 1), 0)
    const entry = {
      deviceId,
      serviceId,
      row: { time: NOON, receivedAt: NOON + 5, timeSource: 'device', repeats: false, seq, ...row },
    } as const
    this.#log.push(entry)
    this.#apply(entry, this.position)
  }

  delete(deviceId: DeviceId): void {
    this.#log.push({ deviceId })
    this.#apply({ deviceId }, this.position)
  }

  /** Nothing is said to the store; memory is gone. */
  crash(): void {
    this.store.close()
    this.#fixture.failAt(undefined)
    this.store = this.#fixture.open()
    const from = this.store.foldedPosition()
    for (const [index, entry] of this.#log.entries()) if (index + 1 > from) this.#apply(entry, at(index + 1))
  }

  foldAll(): Promise<void> {
    return this.store.foldAll(this.position)
  }

  async points(deviceId = DEVICE) {
    return Array.fromAsync(this.store.scan({ deviceId, order: 'asc' }))
  }

  /** Everything that can be read is what the model says. */
  async check(): Promise<void> {
    const model: HistoryModel = modelPoints(this.#log)
    for (const [deviceId, points] of model) {
      assert.deepStrictEqual(await this.points(deviceId), points)
      assert.deepStrictEqual(
        await Array.fromAsync(this.store.scan({ deviceId, order: 'desc' })),
        points.toReversed(),
      )
      const middle = points[Math.floor(points.length / 2)]
      if (!middle) continue
      for (const order of ['asc', 'desc'] as const)
        assert.deepStrictEqual(
          await Array.fromAsync(this.store.scan({ deviceId, order, after: middle })),
          order === 'asc'
            ? points.slice(points.indexOf(middle) + 1)
            : points.slice(0, points.indexOf(middle)).toReversed(),
        )
      const serviceId = middle.serviceId
      const [start, end] = [middle.time - 86_400_000, middle.time + 40 * 86_400_000]
      const some = points.filter(
        (point) =>
          point.serviceId === serviceId &&
          point.time >= start &&
          point.time < end &&
          Object.hasOwn(point.values, 'a'),
      )
      const range = { deviceId, serviceId, property: 'a', start, end }
      assert.deepStrictEqual(
        await Array.fromAsync(this.store.scan({ ...range, order: 'asc' })),
        some.map((point) => ({ ...point, values: { a: point.values['a'] } })),
      )
      for (const buckets of [1, 3, 50])
        assert.deepStrictEqual(
          await this.store.buckets({ ...range, buckets }),
          modelBuckets(some, { ...range, buckets }),
        )
    }
  }

  #apply(entry: LogEntry, position: Position): void {
    if (entry.row) this.store.add(entry.deviceId, entry.serviceId, entry.row)
    else this.store.deleteDevice(entry.deviceId, position)
  }
}
