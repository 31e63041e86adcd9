import { afterEach, beforeEach, expect, test } from 'vitest'
import { aDispatchBench, type DispatchBench } from '../../tests/support/dispatch-bench.ts'
import { limits } from '../base/limits.ts'
import type { Device } from '../domain/device/device.ts'
import { dueBits } from '../domain/device/due.ts'
import type { AsyncCommand } from '../domain/downlink/command.ts'
import type { Delivery } from '../domain/downlink/downlink.ts'
import { countAsyncCommands, findAsyncCommand } from '../store/async-commands.ts'
import type { NewAsyncCommand } from './async-commands.ts'

let bench: DispatchBench
let device: Device
beforeEach(async () => {
  bench = await aDispatchBench()
  device = await bench.aDevice()
})
afterEach(() => bench.close())

const create = (over: Partial<NewAsyncCommand> = {}) =>
  bench.dispatch.asyncCommands.create({
    projectId: device.projectId,
    deviceKey: device.key,
    deviceId: device.deviceId,
    carrierId: device.deviceId,
    paras: { n: 1 },
    strategy: 'delay',
    expireSeconds: 60,
    ...over,
  })
const created = async (over?: Partial<NewAsyncCommand>): Promise<AsyncCommand> => {
  const command = await create(over)
  if (typeof command === 'string') throw new Error(`it was not kept: ${command}`)
  return command
}
const stands = async ({ commandId }: AsyncCommand) => {
  const { status, code } = (await findAsyncCommand(bench.store, device.key, commandId)) ?? {}
  return [status, code].filter(Boolean).join(' ')
}
const connect = () => bench.dispatch.asyncCommands.connected(device.deviceId)
const answer = (command: AsyncCommand, payload: string, from = device.deviceId) =>
  bench.dispatch.asyncCommands.answered({
    kind: 'response',
    deviceId: from,
    projectId: device.projectId,
    productKey: device.productKey,
    topic: '',
    requestId: command.commandId,
    payload: Buffer.from(payload),
    receivedAt: bench.clock.now(),
    connection: '1-1',
  })
const stepsOf = ({ commandId }: AsyncCommand) =>
  bench.steps().map((step) => step.replace(`${commandId} `, ''))

test('northbound §4.7: a device that is there gets it at once; its answer ends it', async () => {
  bench.deliver(() => 'acknowledged')
  const command = await created({ serviceId: 'Lamp', name: 'switch', paras: { state: 'on' } })

  expect(await stands(command)).toBe('DELIVERED')
  expect(bench.sent()).toMatchObject([
    {
      topic: `$oc/devices/${device.deviceId}/sys/commands/request_id=${command.commandId}`,
      reach: 'implicit',
      isRetried: false,
    },
  ])
  bench.clock.advance(1000)
  expect(await answer(command, '{"result_code":0,"paras":{"state":"on"}}')).toBe(true)

  expect(await findAsyncCommand(bench.store, device.key, command.commandId)).toMatchObject({
    status: 'SUCCESSFUL',
    result: { result_code: 0, paras: { state: 'on' } },
    respondedAt: bench.clock.now(),
    finishedAt: bench.clock.now(),
  })
  expect(stepsOf(command)).toEqual(['pending', 'delivered', 'answered'])
})

test('northbound §4.7: an answer that says failure', async () => {
  bench.deliver(() => 'written')
  const command = await created()
  expect(await stands(command)).toBe('SENT')

  await answer(command, '{"result_code":-1}')

  expect(await stands(command)).toBe('FAILED')
})

test('an answer counts once, in time, and from the connection that the command went by (safety S3)', async () => {
  const other = await bench.aDevice()
  bench.deliver(() => 'written')
  const command = await created()

  expect(await answer(command, '{}', other.deviceId)).toBe(false)
  expect(await answer({ ...command, commandId: 'unknown' }, '{}')).toBe(false)
  expect(await answer(command, '{}')).toBe(true)
  expect(await answer(command, '{"result_code":1}'), 'a second one').toBe(false)
  expect(await stands(command)).toBe('SUCCESSFUL')
})

test('northbound §4.7: delayed commands wait, and are sent oldest first when the device comes', async () => {
  const waiting = [await created({ paras: { n: 1 } }), await created({ paras: { n: 2 } })]
  expect(await Promise.all(waiting.map(stands))).toEqual(['PENDING', 'PENDING'])
  expect(await bench.due(device.deviceId)).toBe(dueBits.asyncCommands)
  bench.sent()
  bench.deliver(() => 'written')

  await connect()
  await connect()

  expect(bench.sentBodies()).toEqual([{ paras: { n: 1 } }, { paras: { n: 2 } }])
  expect(await Promise.all(waiting.map(stands))).toEqual(['SENT', 'SENT'])
  expect(await bench.due(device.deviceId)).toBe(0)
})

test('safety R5: what waits survives a restart; what was sent is not sent again', async () => {
  const waiting = await created({ paras: { n: 1 } })
  bench.deliver(() => new Promise<Delivery>(() => undefined))
  void connect()
  await bench.timers.pass(0)
  expect(bench.sentBodies().at(-1)).toEqual({ paras: { n: 1 } })
  bench.deliver(() => 'written')
  const after = bench.restarted()

  await after.asyncCommands.connected(device.deviceId)

  expect(bench.sent()).toEqual([])
  expect(await stands(waiting)).toBe('SENT')
})

test('a connection that is lost before the PUBACK: it goes out again by the next one, as QoS 1 allows', async () => {
  bench.deliver(() => 'connection-lost')
  const command = await created()
  expect(await stands(command)).toBe('PENDING')
  expect(await bench.due(device.deviceId)).toBe(dueBits.asyncCommands)
  bench.sent()
  bench.deliver(() => 'acknowledged')

  await bench.timers.pass(limits.messageAgainMillis)

  expect(bench.sent()).toHaveLength(1)
  expect(await stands(command)).toBe('DELIVERED')
})

test('northbound §4.7: sent at once or not at all', async () => {
  expect(await create({ strategy: 'immediately' })).toBe('offline')
  expect(await countAsyncCommands(bench.store, device.key, { statuses: ['PENDING', 'SENT'] })).toBe(0)
  expect(await bench.due(device.deviceId)).toBe(0)
  bench.deliver(() => 'written')
  expect(await create({ strategy: 'immediately' })).toMatchObject({ status: 'SENT' })
})

test('northbound §3.5: 20 commands may wait for a device', async () => {
  for (let n = 0; n < limits.asyncCommandsPendingMax; n++) await created()

  expect(await create()).toBe('full')
})
