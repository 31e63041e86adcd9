import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { aModel } from '../../tests/support/builders.ts'
import { aDispatchBench, type DispatchBench } from '../../tests/support/dispatch-bench.ts'
import { limits } from '../base/limits.ts'
import type { Device } from '../domain/device/device.ts'
import type { Delivery } from '../domain/downlink/downlink.ts'
import { readAnswer } from './ask.ts'
import { createWaitingAnswers } from './waiting.ts'

let bench: DispatchBench
let device: Device
beforeEach(async () => {
  bench = await aDispatchBench(aModel({ Env: { temperature: { dataType: 'decimal' } } }))
  device = await bench.aDevice()
})
afterEach(() => bench.close())

const question = (requestId = 'r-1') => ({
  type: 'command' as const,
  device: { projectId: device.projectId, deviceId: device.deviceId, carrierId: device.deviceId },
  requestId,
  topic: `commands/${requestId}`,
  payload: Buffer.from('{}'),
})
const answer = (payload: string | Buffer, requestId = 'r-1') =>
  bench.downlinks.answers.answered({
    kind: 'response',
    deviceId: device.deviceId,
    projectId: device.projectId,
    productKey: device.productKey,
    topic: 'response',
    requestId,
    payload: Buffer.from(payload),
    receivedAt: 5,
    connection: '1-1',
  })
const impatient = () => bench.restarted({ limits: { ...limits, answerMillisMax: 20 } })

test('device protocol §3.8.0: the answer that comes, even before the PUBACK', async () => {
  let acknowledge: (delivery: Delivery) => void = () => undefined
  bench.deliver(() => {
    queueMicrotask(() => answer('{"result_code":0}'))
    return new Promise((resolve) => (acknowledge = resolve))
  })

  expect(await bench.dispatch.ask(question())).toMatchObject({ kind: 'answered', answer: { result_code: 0 } })
  acknowledge('acknowledged')

  expect(bench.steps()).toEqual(['r-1 pending', 'r-1 answered'])
})

test.for([
  ['', {}],
  ['{"paras":{}}', { paras: {} }],
  ['not json', 'not json'],
  [Buffer.from([255, 0]), '/wA='],
  [Buffer.from('['.repeat(100)), '['.repeat(100)],
] as const)('an answer is handed on whatever it is: %s', async ([payload, value]) => {
  bench.deliver(() => {
    queueMicrotask(() => answer(payload))
    return 'written'
  })

  expect(await bench.dispatch.ask(question())).toMatchObject({ kind: 'answered', answer: value })
})

test.for(['written', 'acknowledged', 'unacknowledged', 'connection-lost'] as const)(
  'device protocol §3.8.0: no answer in time, though it was %s',
  async (delivery) => {
    bench.deliver(() => delivery)

    expect(await impatient().ask(question())).toEqual({ kind: 'timeout' })
    expect(bench.steps().at(-1)).toBe('r-1 timeout answer-missing')
    expect(answer('{}'), 'nobody waits any more').toBe(false)
  },
)

test.for([
  ['offline', 'device-offline'],
  ['busy', 'downlink-queue-full'],
  ['too-large', 'downlink-too-large'],
] as const)('%s is said at once', async ([delivery, code]) => {
  bench.deliver(() => delivery)

  expect(await bench.dispatch.ask(question())).toEqual({ kind: 'unsent', code })
  expect(bench.steps()).toEqual(['r-1 pending', `r-1 failed ${code}`])
  expect(answer('{}'), 'nobody waits any more').toBe(false)
})

test('safety R11: no more wait than may, and then nothing is sent', async () => {
  const downlinks = { ...bench.downlinks, answers: createWaitingAnswers({ max: 0 }) }

  expect(await bench.restarted({ downlinks }).ask(question())).toEqual({ kind: 'crowded' })
  expect(bench.sent()).toEqual([])
})

test('what cannot be written to the log is not sent', async () => {
  const dispatch = bench.restarted({ append: () => Promise.reject(new Error('the disk is full')) })

  await expect(dispatch.ask(question())).rejects.toThrow('Nothing was changed')
  expect(bench.sent()).toEqual([])
})

test('device protocol §3.6: what a device answers to a property get is kept as a report, decided by the model', async () => {
  const payload = Buffer.from('{"services":[{"service_id":"Env","properties":{"temperature":21.7,"x":1}}]}')

  await bench.dispatch.keepAsReport(device, 'r-1', { topic: 'get/response', payload, receivedAt: 7 })

  expect(bench.logged()).toMatchObject([
    {
      kind: 'report',
      at: 7,
      deviceId: device.deviceId,
      body: {
        topic: 'get/response',
        requestId: 'r-1',
        payload: payload.toString(),
        verdict: {
          outcome: 'noted',
          services: [
            {
              serviceId: 'Env',
              values: [
                { property: 'temperature', outcome: 'stored' },
                { property: 'x', outcome: 'refused' },
              ],
            },
          ],
        },
      },
    },
  ])
})

test('safety S11: whatever a device answers is handed on as JSON', () => {
  const payload = fc.oneof(
    fc.uint8Array({ maxLength: 100 }),
    fc.jsonValue({ maxDepth: 40 }).map((value) => Buffer.from(JSON.stringify(value))),
  )
  fc.assert(
    fc.property(payload, (bytes) => {
      expect(JSON.stringify(readAnswer(bytes, limits.jsonDepthMax))).toBeTypeOf('string')
    }),
  )
})
