import { expect, onTestFinished, test } from 'vitest'
import { connectDevice, type ListeningDevice, requestIdOf } from '../support/listening-device.ts'
import { type Quayside, startQuayside } from '../support/quayside.ts'
import { type RegisteredDevice, registerDevice, registerProduct } from '../support/registered-device.ts'

/*
 * safety Q3, R5: the platform is killed again and again while it sends. Every message that a call was told is kept
 * reaches its device, after a crash perhaps twice; no command is carried out twice, and what became of each is known.
 */

const KILLS = 8
const DEVICES = 8

/** What one device has seen, and what was promised to it. */
class Watched {
  readonly device: RegisteredDevice
  readonly messages = new Set<string>()
  readonly commands: string[] = []
  readonly promisedMessages = new Set<string>()
  readonly promisedCommands = new Set<string>()
  #connected: ListeningDevice | undefined

  constructor(device: RegisteredDevice) {
    this.device = device
  }

  async connect(quayside: Quayside): Promise<void> {
    this.#connected = await connectDevice(quayside, this.device, 4)
    this.#connected.client.on('message', () => this.look())
    this.look()
  }

  look(): void {
    for (const received of this.#connected?.left() ?? [])
      if (received.topic.includes('/sys/commands/')) this.commands.push(requestIdOf(received))
      else this.messages.add(received.text)
  }

  disconnect(): void {
    this.#connected?.client.end(true)
  }

  /** Calls until the platform dies. What a call was not answered may be there or not. */
  async load(quayside: Quayside, round: number): Promise<void> {
    const path = `/v5/iot/{project}/devices/${this.device.deviceId}`
    for (let n = 0; ; n++)
      try {
        const message = `${round}-${n}`
        const kept = await quayside.api('POST', `${path}/messages`, { message, payload_format: 'raw' })
        if (kept.status === 201) this.promisedMessages.add(message)
        const command = { paras: { n }, send_strategy: 'delay' }
        const queued = await quayside.api('POST', `${path}/async-commands`, command)
        if (queued.status === 200) this.promisedCommands.add(queued.body.command_id)
      } catch {
        return
      }
  }
}

const promised = (all: readonly Watched[]): number =>
  all.reduce((sum, one) => sum + one.promisedMessages.size + one.promisedCommands.size, 0)

test(`kill -9 while sending, ${KILLS} times: no message is lost, no command comes twice`, async () => {
  let quayside = await startQuayside()
  onTestFinished(() => quayside.dispose())
  const product = await registerProduct(quayside)
  const all: Watched[] = []
  for (let n = 0; n < DEVICES; n++) all.push(new Watched(await registerDevice(quayside, product, `lamp${n}`)))

  for (let round = 0; round < KILLS; round++) {
    await Promise.all(all.map((one) => one.connect(quayside)))
    const before = promised(all)
    const loading = Promise.all(all.map((one) => one.load(quayside, round)))
    // On a busy machine the first answers alone may take seconds.
    await expect.poll(() => promised(all) - before, { timeout: 60_000 }).toBeGreaterThan(DEVICES)
    // When it comes is the point: in mid-load, and at no moment that anything waits for.
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 900))
    await quayside.kill()
    await loading
    for (const one of all) one.disconnect()
    quayside = await quayside.restart()
  }
  await Promise.all(all.map((one) => one.connect(quayside)))

  for (const one of all) {
    await expect.poll(() => [...one.promisedMessages].filter((text) => !one.messages.has(text))).toEqual([])
    expect(new Set(one.commands).size, 'each command once').toBe(one.commands.length)
    for (const id of one.promisedCommands) {
      if (one.commands.includes(id)) continue
      const path = `/v5/iot/{project}/devices/${one.device.deviceId}/async-commands/${id}`
      // Cut off between the row and the socket: it is not sent again, and ends as TIMEOUT.
      expect((await quayside.api('GET', path)).body.status).toBe('SENT')
    }
  }
  expect(promised(all)).toBeGreaterThan(KILLS * DEVICES)
  for (const one of all) one.disconnect()
})
