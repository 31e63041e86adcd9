import { describe, expect, onTestFinished, test } from 'vitest'
import type { DeviceId, Position, ProjectId } from '../../src/base/ids.ts'
import type { EntryKind, NewEntry } from '../../src/domain/entry/entry.ts'
import { type Log, LogWriteError } from '../../src/log/log.ts'
import { RecordCursor, RecordWriter, reportSource } from '../../src/log/record.ts'
import { anEntry, aReportVerdict, aStatusEntry, DEVICE, NOON, PROJECT } from '../support/builders.ts'

export type WriteStep = 'write' | 'flush'

/** One store that logs can be opened on, again and again. */
export interface LogFixture {
  open(): Promise<Log>
  /** Makes the next writes fail at this step, until `heal`. */
  failAt(step: WriteStep): void
  heal(): void
}

/** What every implementation of the port `Log` must do. Run it on each. */
export function describeLog(name: string, makeFixture: () => LogFixture): void {
  const setUp = async (): Promise<LogFixture & { readonly log: Log }> => {
    const fixture = makeFixture()
    const log = await fixture.open()
    onTestFinished(() => log.close())
    return { ...fixture, log }
  }
  const all = (log: Log) => log.read({ limit: 10_000 })
  const withPayload = (payload: string, rest: Parameters<typeof anEntry>[0] = {}): NewEntry =>
    anEntry({ ...rest, body: { payload, ...rest.body } })

  describe(`${name} keeps the contract of the log`, () => {
    test('an empty log has head 0 and nothing to read', async () => {
      const { log } = await setUp()

      expect(await log.head()).toBe(0)
      expect(await all(log)).toEqual([])
      expect(await log.append([])).toEqual([])
    })

    test('what was appended is read back, whole and in order, with growing positions', async () => {
      const { log } = await setUp()
      const entries = [anEntry(), aStatusEntry(), withPayload('"😀\\u0000"')]

      const positions = await log.append(entries)

      expect(await all(log)).toEqual(
        entries.map((entry, index) => ({ ...entry, position: positions[index] })),
      )
      expect(positions).toEqual(positions.toSorted((a, b) => a - b))
      expect(await log.head()).toBe(positions.at(-1))
    })

    test('appends of one turn get positions in the order of the calls', async () => {
      const { log } = await setUp()

      const positions = await Promise.all(
        Array.from({ length: 100 }, () => log.append([anEntry(), anEntry()])),
      )

      expect(positions.flat()).toEqual(positions.flat().toSorted((a, b) => a - b))
      expect(new Set(positions.flat()).size).toBe(200)
    })

    test('R1 R5: what was acknowledged is there when the log is opened again', async () => {
      const { log, open } = await setUp()
      const [first = 0] = await log.append([anEntry()])
      await log.close()

      const again = await open()
      onTestFinished(() => again.close())

      expect(await again.head()).toBe(first)
      const [second = 0] = await again.append([anEntry()])
      expect(second).toBeGreaterThan(first)
    })

    test('a device is read newest first, page by page, of some kinds, and not beyond where it begins', async () => {
      const { log } = await setUp()
      const other = 'demo_lamp2' as DeviceId
      const positions = await log.append([
        anEntry(),
        anEntry(),
        anEntry({ deviceId: other }),
        aStatusEntry(),
        anEntry(),
        anEntry(),
        anEntry({ deviceId: other }),
        aStatusEntry({ status: 'OFFLINE' }),
      ])
      const [, from = 0 as Position] = positions
      const read = async (query: { kinds?: readonly EntryKind[]; limit: number }): Promise<number[][]> => {
        const pages: number[][] = []
        for (let before: number | undefined; ;) {
          const page = await log.readBack({
            deviceId: DEVICE,
            from,
            ...query,
            ...(before === undefined ? {} : { before }),
          })
          pages.push(page.entries.map(({ position }) => positions.indexOf(position)))
          if (page.before === undefined) return pages
          before = page.before
        }
      }

      expect((await read({ limit: 2 })).flat()).toEqual([7, 5, 4, 3, 1])
      expect((await read({ limit: 2 }))[0]).toEqual([7, 5])
      expect(await read({ limit: 100 })).toEqual([[7, 5, 4, 3, 1]])
      expect((await read({ kinds: ['status'], limit: 1 })).flat()).toEqual([7, 3])
      expect((await read({ kinds: ['report'], limit: 100 })).flat()).toEqual([5, 4, 1])
      expect((await read({ kinds: ['audit'], limit: 100 })).flat()).toEqual([])
    })

    test('close writes what waits', async () => {
      const { log, open } = await setUp()
      const waiting = log.append([anEntry()])

      await log.close()

      await expect(waiting).resolves.toHaveLength(1)
      const again = await open()
      onTestFinished(() => again.close())
      expect(await all(again)).toHaveLength(1)
    })

    test('a closed log refuses to be written and asked', async () => {
      const { log } = await setUp()
      await log.close()

      await expect(log.append([anEntry()])).rejects.toBeInstanceOf(LogWriteError)
      await expect(log.findReport(DEVICE, Buffer.from('{}'), NOON)).rejects.toThrow('closed')
    })

    test.for(['write', 'flush'] as const)(
      'R2 Q2: a fault at %s refuses the whole batch, leaves nothing of it, and passes when the fault does',
      async (step) => {
        const { log, failAt, heal, open } = await setUp()
        await log.append([withPayload('before')])
        failAt(step)

        const outcomes = await Promise.allSettled([
          log.append([withPayload('lost 1'), withPayload('lost 2')]),
          log.append([withPayload('lost 3')]),
        ])

        for (const outcome of outcomes)
          expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(LogWriteError) as unknown })
        expect(await all(log)).toHaveLength(1)
        expect(await log.head()).toBe((await all(log)).at(-1)?.position)
        heal()
        await log.append([withPayload('after')])
        await log.close()
        const again = await open()
        onTestFinished(() => again.close())
        const payloads = (await all(again)).map(({ body }) => 'payload' in body && body.payload)
        expect(payloads).toEqual(['before', 'after'])
      },
    )

    test('R2: the fault is told as the cause', async () => {
      const { log, failAt } = await setUp()
      failAt('flush')

      await expect(log.append([anEntry()])).rejects.toMatchObject({ cause: expect.any(Error) as unknown })
    })

    test('an entry that cannot be written fails its own caller only', async () => {
      const { log } = await setUp()
      const circular: Record<string, unknown> = {}
      circular['self'] = circular

      const outcomes = await Promise.allSettled([
        log.append([anEntry({ body: circular })]),
        log.append([anEntry()]),
      ])

      expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
    })

    test('reads go on behind a position and end at the limit', async () => {
      const { log } = await setUp()
      await log.append(Array.from({ length: 25 }, () => anEntry()))
      const positions = (await all(log)).map(({ position }) => position)
      const [tenth, last] = [positions[9] ?? (0 as Position), await log.head()]

      const page = await log.read({ after: tenth, limit: 10 })

      expect(page.map(({ position }) => position)).toEqual(positions.slice(10, 20))
      expect(await log.read({ after: last, limit: 10 })).toEqual([])
    })

    test('records that were made elsewhere stand among the others, and a report as its payload reads as one', async () => {
      const { log, open } = await setUp()
      const payload = '{"services":[{"service_id":"Meter","properties":{"kwh":1}}]}'
      const writer = new RecordWriter()
      writer.storedReport(reportSource(DEVICE, PROJECT), NOON + 1, Buffer.from(payload), false)
      writer.entry(aStatusEntry())
      await log.append([anEntry()])

      const [first, [after]] = await Promise.all([
        log.appendRecords(writer.take(), 2),
        log.append([anEntry()]),
      ])

      expect([first, after]).toEqual([2, 4])
      const verdict = aReportVerdict({ time: NOON + 1, timeSource: 'received' })
      const expected = [
        { position: 1, ...anEntry() },
        { position: 2, ...anEntry({ at: NOON + 1, body: { payload }, verdict }) },
        { position: 3, ...aStatusEntry() },
        { position: 4, ...anEntry() },
      ]
      expect(await all(log)).toEqual(expected)
      const { entries } = await log.readBack({ deviceId: DEVICE, from: 1 as Position, limit: 10 })
      expect(entries).toEqual(expected.toReversed())
      expect(await log.findReport(DEVICE, Buffer.from(payload), NOON)).toBe(NOON + 1)
      await log.close()
      const again = await open()
      onTestFinished(() => again.close())
      expect(await all(again)).toEqual(expected)
    })

    test('readRecords gives every record once and in order, to who keeps up and to who comes later', async () => {
      const { log, open } = await setUp()
      const payloads = Array.from({ length: 60 }, (_, n) => `"${n}${'x'.repeat(n)}"`)
      const seen = (from: Log): unknown[] => {
        const cursor = new RecordCursor()
        const found: unknown[] = []
        for (let after = 0 as Position; ;) {
          const stretch = from.readRecords(after)
          if (!stretch) return found
          expect(stretch.first).toBe(after + 1)
          let start = 0
          for (let n = 0; n < stretch.count; n++, start += cursor.size) {
            cursor.move(stretch.bytes, start)
            found.push((JSON.parse(cursor.body.toString()) as { payload: string }).payload)
          }
          expect(start).toBe(stretch.bytes.length)
          after = (after + stretch.count) as Position
        }
      }
      const kept: unknown[] = []

      for (const [n, payload] of payloads.entries()) {
        const appended = log.append([withPayload(payload)])
        expect(log.readRecords(n as Position)).toBeUndefined()
        await appended
        const cursor = new RecordCursor()
        cursor.move(log.readRecords(n as Position)?.bytes ?? new Uint8Array(), 0)
        kept.push((JSON.parse(cursor.body.toString()) as { payload: string }).payload)
      }

      expect(kept).toEqual(payloads)
      expect(seen(log)).toEqual(payloads)
      await log.close()
      const again = await open()
      onTestFinished(() => again.close())
      expect(seen(again)).toEqual(payloads)
    })

    test('two logs know nothing of each other', async () => {
      const [one, other] = [await setUp(), await setUp()]

      const positions = await Promise.all([
        one.log.append([withPayload('one')]),
        other.log.append([withPayload('other')]),
      ])

      expect(positions).toEqual([[1], [1]])
      expect(await all(one.log)).toMatchObject([{ body: { payload: 'one' } }])
      expect(await all(other.log)).toMatchObject([{ body: { payload: 'other' } }])
    })

    test('R2: a probe succeeds on a sound disk and leaves nothing to read; it fails while writes do', async () => {
      const { log, failAt, heal } = await setUp()
      await log.append([anEntry()])

      await log.probe()
      for (const step of ['write', 'flush'] as const) {
        failAt(step)
        await expect(log.probe()).rejects.toBeInstanceOf(LogWriteError)
        heal()
        await log.probe()
      }

      expect(await log.append([anEntry()])).toEqual([2])
      expect(await all(log)).toHaveLength(2)
    })

    test('all conditions of a read must hold', async () => {
      const { log } = await setUp()
      const other = 'other' as DeviceId
      const foreign = 'f'.repeat(32) as ProjectId
      await log.append([
        anEntry(),
        aStatusEntry(),
        anEntry({ deviceId: other }),
        anEntry({ projectId: foreign }),
        aStatusEntry({}, { deviceId: other }),
        {
          kind: 'audit',
          at: NOON,
          projectId: PROJECT,
          body: { action: 'a', actor: 'b', address: 'c', outcome: 'done' },
        },
      ])
      const positions = async (query: Omit<Parameters<Log['read']>[0], 'limit'>) =>
        (await log.read({ ...query, limit: 10 })).map(({ position }) => Number(position))

      expect(await positions({ projectId: PROJECT })).toEqual([1, 2, 3, 5, 6])
      expect(await positions({ kinds: ['status', 'audit'] })).toEqual([2, 5, 6])
      expect(await positions({ deviceIds: [other] })).toEqual([3, 5])
      expect(await positions({ deviceIds: [other, DEVICE, other], after: 1 as Position })).toEqual([
        2, 3, 4, 5,
      ])
      expect(await positions({ deviceIds: [DEVICE], projectId: PROJECT, kinds: ['report'] })).toEqual([1])
      expect(await positions({ kinds: [] })).toEqual([])
      expect(await positions({ deviceIds: [] })).toEqual([])
    })

    test('R4: a report is found by device and payload, the latest of equal ones, not beyond the time asked for', async () => {
      const { log } = await setUp()
      const payload = Buffer.from('{"a":1}')
      await log.append([
        withPayload('{"a":1}', { at: NOON - 5 }),
        withPayload('{"a":1}', { at: NOON - 3 }),
        withPayload('{"a":2}', { at: NOON }),
      ])

      expect(await log.findReport(DEVICE, payload, NOON - 10)).toBe(NOON - 3)
      expect(await log.findReport(DEVICE, payload, NOON - 3)).toBe(NOON - 3)
      expect(await log.findReport(DEVICE, payload, NOON - 2)).toBeUndefined()
      expect(await log.findReport('other' as DeviceId, payload, NOON - 10)).toBeUndefined()
      expect(await log.findReport(DEVICE, Buffer.from('{"a": 1}'), NOON - 10)).toBeUndefined()
    })

    test('R4: payloads that are no text are found too', async () => {
      const { log } = await setUp()
      const payload = Buffer.from([0xff, 0x00, 0xef, 0xbb, 0xbf])
      await log.append([
        anEntry({ body: { payload: payload.toString('base64'), payloadEncoding: 'base64' } }),
      ])

      expect(await log.findReport(DEVICE, payload, NOON)).toBe(NOON)
    })

    test('R4: a report that is only on its way to the disk is found', async () => {
      const { log } = await setUp()
      const appended = log.append([withPayload('{"a":1}')])

      expect(await log.findReport(DEVICE, Buffer.from('{"a":1}'), NOON)).toBe(NOON)
      await appended
    })
  })
}
