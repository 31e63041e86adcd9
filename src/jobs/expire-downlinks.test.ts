import { afterEach, beforeEach, expect, test } from 'vitest'
import { aDispatchBench, type DispatchBench } from '../../tests/support/dispatch-bench.ts'
import { type Limits, limits } from '../base/limits.ts'
import type { Device } from '../domain/device/device.ts'
import type { AsyncCommand } from '../domain/downlink/command.ts'
import { countAsyncCommands, findAsyncCommand } from '../store/async-commands.ts'
import { findMessage } from '../store/messages.ts'
import { expireDownlinks } from './expire-downlinks.ts'

let bench: DispatchBench
let device: Device
beforeEach(async () => {
  bench = await aDispatchBench()
  device = await bench.aDevice()
})
afterEach(() => bench.close())

const run = (over: Partial<Limits> = {}) => expireDownlinks({ ...bench, limits: { ...limits, ...over } })
const to = () => ({
  projectId: device.projectId,
  deviceKey: device.key,
  deviceId: device.deviceId,
  carrierId: device.deviceId,
})
const message = (messageId: string) =>
  bench.dispatch.messages.create({
    ...to(),
    messageId,
    content: 'x',
    encoding: 'none',
    payloadFormat: 'raw',
    topic: { kind: 'system' },
    ttlMinutes: 5,
  })
const messageStands = async (messageId: string) => {
  const { status, code } = (await findMessage(bench.store, device.key, messageId)) ?? {}
  return [status, code].filter(Boolean).join(' ')
}
async function command(): Promise<AsyncCommand> {
  const made = await bench.dispatch.asyncCommands.create({
    ...to(),
    paras: {},
    strategy: 'delay',
    expireSeconds: 60,
  })
  if (typeof made === 'string') throw new Error(`it was not kept: ${made}`)
  return made
}
const commandStands = async ({ commandId }: AsyncCommand) => {
  const { status, code } = (await findAsyncCommand(bench.store, device.key, commandId)) ?? {}
  return [status, code].filter(Boolean).join(' ')
}
const answer = ({ commandId }: AsyncCommand) =>
  bench.dispatch.asyncCommands.answered({
    kind: 'response',
    deviceId: device.deviceId,
    projectId: device.projectId,
    productKey: device.productKey,
    topic: '',
    requestId: commandId,
    payload: Buffer.from('{}'),
    receivedAt: bench.clock.now(),
    connection: '1-1',
  })

test('northbound §4.6: when its time in the cache is over, a message is TIMEOUT, and not sent', async () => {
  await message('m-1')
  bench.sent()
  bench.clock.advance(5 * 60_000)
  bench.deliver(() => 'written')

  await bench.dispatch.messages.connected(device.deviceId)
  expect(bench.sent()).toEqual([])
  await run()

  expect(await messageStands('m-1')).toBe('TIMEOUT device-offline')
  expect(bench.steps()).toEqual(['m-1 pending', 'm-1 timeout device-offline'])
  expect(await bench.due(device.deviceId)).toBe(0)
})

test('device protocol §1.5 point 3: what waited for a subscription in vain says so', async () => {
  bench.deliver(() => 'not-subscribed')
  await message('m-1')
  bench.clock.advance(5 * 60_000)

  await run()

  expect(await messageStands('m-1')).toBe('TIMEOUT device-not-subscribed')
})

test('one run takes a bounded number, the next run the next', async () => {
  await message('m-1')
  await message('m-2')
  bench.clock.advance(5 * 60_000)

  await run({ expiredDownlinksPerRunMax: 1 })
  expect([await messageStands('m-1'), await messageStands('m-2')]).toEqual([
    'TIMEOUT device-offline',
    'PENDING',
  ])
  await run({ expiredDownlinksPerRunMax: 1 })
  expect(await messageStands('m-2')).toBe('TIMEOUT device-offline')
})

test('northbound §4.7: EXPIRED, the device did not come', async () => {
  const made = await command()
  await run()
  expect(await commandStands(made)).toBe('PENDING')
  bench.clock.advance(60_000)
  bench.sent()
  bench.deliver(() => 'written')

  await bench.dispatch.asyncCommands.connected(device.deviceId)
  expect(bench.sent(), 'too late').toEqual([])
  await run()

  expect(await commandStands(made)).toBe('EXPIRED command-expired')
  expect(bench.steps()).toEqual([`${made.commandId} pending`, `${made.commandId} expired command-expired`])
  expect(await bench.due(device.deviceId)).toBe(0)
})

test('northbound §4.7: TIMEOUT, the device did not answer', async () => {
  bench.deliver(() => 'written')
  const made = await command()
  bench.clock.advance(limits.asyncAnswerMillisMax)

  await run()

  expect(await commandStands(made)).toBe('TIMEOUT answer-missing')
  expect(await answer(made), 'too late').toBe(false)
  expect(await commandStands(made)).toBe('TIMEOUT answer-missing')
})

test('commands that ended long ago are forgotten', async () => {
  const ended = () => countAsyncCommands(bench.store, device.key, { statuses: ['SUCCESSFUL'] })
  bench.deliver(() => 'written')
  await answer(await command())
  bench.clock.advance(limits.asyncCommandHistoryMillisMax)
  await run()
  expect(await ended()).toBe(1)

  bench.clock.advance(1)
  await run()

  expect(await ended()).toBe(0)
})
