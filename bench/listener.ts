import { parseArgs } from 'node:util'
import type { DeviceId, Position, ProductId, ProjectId, SpaceId } from '../src/base/ids.ts'
import { limits } from '../src/base/limits.ts'
import { silentLogger } from '../src/base/logger.ts'
import { encode } from '../src/codec/mqtt/encoder.ts'
import { notAllowed } from '../src/domain/policy/policy.ts'
import { compileModel } from '../src/domain/product-model/check-value.ts'
import type { ConnectionVerdict } from '../src/domain/verdict/verdict.ts'
import { createIngest } from '../src/ingest/accept.ts'
import { Connection } from '../src/listener/connection.ts'
import { createHub } from '../src/listener/hub.ts'
import type { Transport, TransportUser } from '../src/listener/transport/transport.ts'
import { fiveProperties } from './payloads.ts'

/*
 * What a report costs on a listener thread without its sockets: `node bench/listener.ts`. From the bytes of a read to the
 * record of a batch, and from the answer to the bytes of PUBACKs. CPU time of all its threads; the best of some rounds, as
 * other jobs only ever add.
 */

const { values: options } = parseArgs({
  options: {
    /** Reports of each round, in thousands. */
    thousand: { type: 'string', default: '24' },
    rounds: { type: 'string', default: '16' },
    devices: { type: 'string', default: '100' },
    /** Reports in one read of a socket. */
    burst: { type: 'string', default: '16' },
  },
})
const [devices, burst] = [Number(options.devices), Number(options.burst)]
const cycles = Math.ceil((1000 * Number(options.thousand)) / (devices * burst))

// The product of the bench (payloads.ts).
const model = compileModel(
  Object.entries({
    Climate: [{ name: 'temperature', dataType: 'decimal', min: '-40', max: '85' } as const, int('humidity')],
    Battery: [int('level'), int('charging'), { name: 'mode', dataType: 'string', maxLength: 16 } as const],
  }).map(([serviceId, properties]) => ({
    ...{ serviceId, serviceType: serviceId, option: 'Optional' as const, commands: [], events: [] },
    properties: properties.map((property) => ({ ...property, method: 'R' as const, required: false })),
  })),
)

function int(name: string) {
  return { name, dataType: 'int', min: '0', max: '100' } as const
}

/** Commits that wait for their answer. */
const commits: (() => void)[] = []
const ingest = createIngest({
  modelOf: () => model,
  findPlace: () => undefined,
  // A batch leaves when it is told to.
  limits: { ...limits, commitPauseMillis: 1e6, commitPauseMillisMax: 1e6, batchBytesMax: 1e9 },
  log: {
    appendRecords: () => new Promise((resolve) => commits.push(() => resolve(1 as Position))),
    findReport: () => Promise.resolve(undefined),
  },
})
const verdict = { outcome: 'accepted', answer: { mqtt: 0, mqtt5: 0, http: null } } as ConnectionVerdict
const hub = createHub({
  clock: { now: () => Date.now() },
  elapsed: () => performance.now(),
  limits,
  logger: silentLogger,
  authenticate: ({ connect }) =>
    Promise.resolve({
      verdict,
      grant: {
        deviceId: connect.username as DeviceId,
        projectId: '0'.repeat(32) as ProjectId,
        spaceId: '1'.repeat(32) as SpaceId,
        productKey: 'p',
        productId: 'meter' as ProductId,
        clientId: connect.clientId,
      },
    }),
  accept: ingest.accept,
  acceptReport: ingest.acceptReport,
  onConnected: () => Promise.resolve(),
  onDisconnected: () => undefined,
  onRefused: () => undefined,
  decideTopic: () => notAllowed,
})

const readBuffer = Buffer.allocUnsafeSlow(64 * 1024)
let written = 0

class Peer implements Transport {
  isPaused = false
  readonly isWritable = true
  readonly isFull = false
  readonly unsentBytes = 0
  readonly tls = undefined
  readonly #bursts: readonly Buffer[]
  #user: TransportUser | undefined
  #sent = 0

  constructor(name: string) {
    const topic = `$oc/devices/${name}/sys/properties/report`
    const fields = { type: 'publish', topic, qos: 1, retain: false, dup: false } as const
    const publish = (n: number): Uint8Array => {
      const payload = Buffer.from(fiveProperties[n % fiveProperties.length] ?? '')
      return encode({ ...fields, payload, packetId: n + 1 }, 4)
    }
    this.#bursts = Array.from({ length: 8 }, (_, k) =>
      Buffer.concat(Array.from({ length: burst }, (__, i) => publish(k * burst + i))),
    )
    new Connection(hub, this, { listener: 'mqtt', host: '192.0.2.1', address: '192.0.2.1:1', name })
    const clientId = `${name}_0_0_2026112207`
    const connect = { type: 'connect', protocolLevel: 4, cleanStart: true, keepAliveSeconds: 60 } as const
    this.#receive(encode({ ...connect, clientId, username: name }, 4))
  }

  /** A read of as many reports as are in flight. */
  send(): void {
    this.#receive(this.#bursts[this.#sent++ % this.#bursts.length] as Buffer)
  }

  #receive(bytes: Uint8Array): void {
    readBuffer.set(bytes)
    this.#user?.received(readBuffer, bytes.length)
  }

  open(user: TransportUser): void {
    this.#user = user
  }

  write({ length }: Uint8Array): void {
    written += length
  }

  pause(): void {
    this.isPaused = true
  }

  resume(): void {
    this.isPaused = false
  }

  rest(): void {}

  end(): void {}

  destroy(): void {}

  sent(): Promise<void> {
    return Promise.resolve()
  }
}

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))

async function round(): Promise<void> {
  for (let cycle = 0; cycle < cycles; cycle++) {
    for (const peer of peers) peer.send()
    await turn()
    ingest.flush()
    for (const commit of commits.splice(0)) commit()
    await turn()
  }
}

const peers = Array.from({ length: devices }, (_, n) => new Peer(`bench-${String(n).padStart(5, '0')}`))
await turn()
await round()
let best = Infinity
for (let n = 0; n < Number(options.rounds); n++) {
  written = 0
  const began = process.cpuUsage()
  await round()
  const { user, system } = process.cpuUsage(began)
  const reports = cycles * devices * burst
  // A PUBACK is four bytes.
  if (written !== 4 * reports) throw new Error(`${written / 4} of ${reports} reports were acknowledged`)
  best = Math.min(best, (user + system) / reports)
}
process.stdout.write(`µs of CPU a report: ${best.toFixed(3)}\n`)
// The pause between batches, which no batch ends.
process.exit(0)
