import { expect, onTestFinished, test, vi } from 'vitest'
import type { Position } from '../base/ids.ts'
import { limits } from '../base/limits.ts'
import { LogWriteError } from '../log/log.ts'
import { reportSource } from '../log/record.ts'
import { DEVICE, NOON, PROJECT } from '../../tests/support/builders.ts'
import { Batch, type Sender } from './batch.ts'

const { commitPauseMillis, commitPauseMillisMax, commitFewRecords, commitManyRecords } = limits

/** A batch on a clock that is stepped: `sent` has the size of each, `at` when it went. */
function setUp() {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate', 'performance'],
  })
  onTestFinished(() => void vi.useRealTimers())
  const began = performance.now()
  const sent: { count: number; at: number }[] = []
  const batch = new Batch(
    {
      appendRecords: (_, count) => {
        sent.push({ count, at: performance.now() - began })
        return Promise.resolve(1 as Position)
      },
    },
    limits,
  )
  const source = reportSource(DEVICE, PROJECT)
  /** `ofEach`: so many in a row of each sender. */
  const write = (reports: number, ofEach = 1): void => {
    let sender: Sender = { accepted: () => undefined, notAccepted: () => undefined }
    for (let n = 0; n < reports; n++) {
      if (n % ofEach === 0) sender = { ...sender }
      batch.writer.storedReport(source, NOON, Buffer.from('{}'), false)
      batch.wrote(sender, 1, 2, { reasonCode: 0 })
    }
  }
  return { sent, write, pass: (millis: number) => vi.advanceTimersByTime(millis) }
}

test('the first report after a pause goes at once, few ones behind it after the pause', () => {
  const { sent, write, pass } = setUp()

  write(1)
  pass(1)
  write(commitFewRecords - 1)
  pass(commitPauseMillisMax)

  expect(sent.map(({ count }) => count)).toEqual([1, commitFewRecords - 1])
  expect(sent[1]?.at).toBeLessThan(commitPauseMillis + 1)
})

test('more than a few wait for more, within their bound', () => {
  const { sent, write, pass } = setUp()

  write(1)
  pass(1)
  write(commitFewRecords)
  pass(commitPauseMillis)
  expect(sent).toHaveLength(1)
  write(1)
  pass(commitPauseMillisMax)

  expect(sent.map(({ count }) => count)).toEqual([1, commitFewRecords + 1])
  expect(sent[1]?.at).toBeLessThan(commitPauseMillisMax + 1)
})

test('many go when the pause is over, or as soon as they are many', () => {
  const { sent, write, pass } = setUp()

  write(1)
  pass(1)
  write(commitManyRecords)
  pass(commitPauseMillis)
  expect(sent.map(({ count }) => count)).toEqual([1, commitManyRecords])

  write(commitFewRecords)
  pass(commitPauseMillis + 1)
  write(commitManyRecords)
  pass(1)
  expect(sent.map(({ count }) => count).at(-1)).toBe(commitFewRecords + commitManyRecords)
})

test('many of which each sender has several wait for more, within their bound', () => {
  const { sent, write, pass } = setUp()

  write(1)
  pass(1)
  write(10 * commitManyRecords, 4)
  pass(commitPauseMillis)
  expect(sent).toHaveLength(1)
  pass(commitPauseMillisMax)

  expect(sent.map(({ count }) => count)).toEqual([1, 10 * commitManyRecords])
  expect(sent[1]?.at).toBeLessThan(commitPauseMillisMax + 1)
})

test('R1: records on their way to the disk stay as they are, however many follow; then their memory is used again', async () => {
  const lent: { records: Uint8Array; asSent: Buffer; done: PromiseWithResolvers<Position> }[] = []
  const batch = new Batch(
    {
      appendRecords(records) {
        const done = Promise.withResolvers<Position>()
        lent.push({ records, asSent: Buffer.from(records), done })
        return done.promise
      },
    },
    limits,
  )
  const accepted: number[] = []
  const refused: unknown[] = []
  const sender: Sender = {
    accepted: (ticket) => accepted.push(ticket),
    notAccepted: (_, fault) => refused.push(fault),
  }
  const source = reportSource(DEVICE, PROJECT)
  let ticket = 0
  const send = (text: string) => {
    batch.writer.storedReport(source, NOON, Buffer.from(text), false)
    batch.wrote(sender, ++ticket, text.length, { reasonCode: 0 })
    batch.send()
    return lent.at(-1) as (typeof lent)[number]
  }

  const first = send('{"first":1}')
  const second = send('{"second":2}')
  expect(Buffer.from(first.records)).toEqual(first.asSent)
  second.done.resolve(2 as Position)
  await second.done.promise
  send('{"third":3}')
  expect(send('{"fourth":4}').records.buffer).toBe(second.records.buffer)
  expect(Buffer.from(first.records)).toEqual(first.asSent)

  // Nobody knows who still reads what could not be written.
  first.done.reject(new LogWriteError('no space left'))
  await expect(first.done.promise).rejects.toThrow('no space left')
  for (const text of ['{"fifth":5}', '{"sixth":6}', '{"seventh":7}']) send(text)
  expect(Buffer.from(first.records)).toEqual(first.asSent)
  expect({ accepted, refused: refused.length }).toEqual({ accepted: [2], refused: 1 })
})
