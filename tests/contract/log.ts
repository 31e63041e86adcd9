import { describe, expect, onTestFinished, test } from 'vitest'
import type { DeviceId, Position, ProjectId } from '../../src/base/ids.ts'
import type { EntryKind, NewEntry } from '../../src/domain/entry/entry.ts'
import { type Log, LogWriteError } from '../../src/log/log.ts'
import { anEntry, aStatusEntry, DEVICE, NOON, PROJECT } from '../support/builders.ts'

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
