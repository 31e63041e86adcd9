import { MessageChannel } from 'node:worker_threads'
import { expect, onTestFinished, test } from 'vitest'
import { createRpc, ThreadGoneError } from './rpc.ts'

class DiskFault extends Error {
  override readonly name = 'DiskFault'
  readonly device: string

  constructor(message: string, device: string) {
    super(message)
    this.device = device
  }
}

function pair<T extends Record<string, (...args: never[]) => unknown>>(methods: T) {
  const { port1, port2 } = new MessageChannel()
  onTestFinished(() => port1.close())
  let messages = 0
  port2.on('message', () => messages++)
  createRpc(port2, methods)
  const rpc = createRpc<T>(port1, {}, { DiskFault })
  return { ...rpc, messages: () => messages }
}

test('a call crosses and its answer comes back', async () => {
  const { remote } = pair({ add: (a: number, b: number) => a + b })

  await expect(remote.add(1, 2)).resolves.toBe(3)
})

test('the calls of one turn of the event loop travel as one message', async () => {
  const { remote, messages } = pair({ echo: (value: string) => value })

  const answers = await Promise.all(['a', 'b', 'c'].map((value) => remote.echo(value)))

  expect([answers, messages()]).toEqual([['a', 'b', 'c'], 1])
})

test('a known fault keeps its class and members, another arrives as an Error with its message', async () => {
  const { remote } = pair({
    full: () => Promise.reject(new DiskFault('disk full', 'sda')),
    odd: () => Promise.reject(new TypeError('odd')),
  })

  await expect(remote.full()).rejects.toBeInstanceOf(DiskFault)
  await expect(remote.full()).rejects.toMatchObject({ message: 'disk full', device: 'sda' })
  await expect(remote.odd()).rejects.toThrow('odd')
})

test('a method that is not there is refused, inherited names included', async () => {
  const { remote } = pair({ echo: (value: string) => value })
  const wild = remote as unknown as Record<string, () => Promise<unknown>>

  await expect(wild['constructor']?.()).rejects.toThrow('no method constructor')
})

test('when the other thread ends, waiting and later calls fail', async () => {
  const { remote, disconnect } = pair({ never: () => new Promise(() => undefined) })
  const waiting = remote.never()

  disconnect()

  await expect(waiting).rejects.toBeInstanceOf(ThreadGoneError)
  await expect(remote.never()).rejects.toBeInstanceOf(ThreadGoneError)
})

test('R13 what cannot be cloned fails its own call alone, on the way there and on the way back', async () => {
  const { remote } = pair({ echo: (value: unknown) => value, hand: () => () => undefined })

  const answers = await Promise.allSettled([
    remote.echo('a'),
    remote.echo(() => undefined),
    remote.hand(),
    remote.echo('b'),
  ])

  expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled'])
  expect(answers[1]).toMatchObject({ reason: { message: expect.stringContaining('could not be cloned') } })
})
