import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { DeviceId } from '../base/ids.ts'
import { type Logger, silentLogger } from '../base/logger.ts'
import type { Notice } from './bus.ts'
import { createInProcessBus } from './in-process-bus.ts'

const notice: Notice = { kind: 'device-changed', deviceId: 'lamp' as DeviceId, cut: 'frozen' }

function aLogger(): { readonly logger: Logger; readonly lines: string[] } {
  const lines: string[] = []
  const note = (_: object, message: string): void => void lines.push(message)
  return { logger: { ...silentLogger, warn: note, error: note }, lines }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('publish resolves when every subscriber has handled the notice', async () => {
  const bus = createInProcessBus({ logger: silentLogger })
  const handled: string[] = []
  bus.subscribe(() => void handled.push('first'))
  bus.subscribe(async () => {
    await Promise.resolve()
    handled.push('second')
  })

  await bus.publish(notice)

  expect(handled).toEqual(['first', 'second'])
  expect(vi.getTimerCount()).toBe(0)
})

test('a subscriber that fails, at once or later, is logged and spoils it for nobody', async () => {
  const { logger, lines } = aLogger()
  const bus = createInProcessBus({ logger })
  const handle = vi.fn<(notice: Notice) => void>()
  bus.subscribe(() => {
    throw new Error('at once')
  })
  bus.subscribe(() => Promise.reject(new Error('later')))
  bus.subscribe(handle)

  await bus.publish(notice)

  expect(handle).toHaveBeenCalledExactlyOnceWith(notice)
  expect(lines).toEqual(Array(2).fill('a subscriber failed to handle a notice'))
})

test('a slow subscriber is waited for a second and no longer; its late failure is still logged', async () => {
  const { logger, lines } = aLogger()
  const bus = createInProcessBus({ logger })
  const slow = Promise.withResolvers<undefined>()
  bus.subscribe(() => slow.promise)

  const published = bus.publish(notice)
  await vi.advanceTimersByTimeAsync(1000)
  await published
  slow.reject(new Error('late'))
  await vi.advanceTimersByTimeAsync(0)

  expect(lines).toEqual(['a subscriber was too slow to wait for', 'a subscriber failed to handle a notice'])
})

test('who ended the subscription hears no more, even when the same function subscribed twice', async () => {
  const bus = createInProcessBus({ logger: silentLogger })
  const handle = vi.fn<(notice: Notice) => void>()
  const end = bus.subscribe(handle)
  bus.subscribe(handle)

  end()
  end()
  await bus.publish(notice)

  expect(handle).toHaveBeenCalledTimes(1)
})

test('without subscribers a notice is nobody’s', async () => {
  await expect(createInProcessBus({ logger: silentLogger }).publish(notice)).resolves.toBeUndefined()
})
