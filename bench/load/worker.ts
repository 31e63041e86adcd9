/*
 * One process of the load generator. Its parent sends the plan, then commands one after the other; each is answered
 * when it is done (see plan.ts). It ends with its parent.
 */
import { readFileSync } from 'node:fs'
import { createSecureContext, type SecureContext } from 'node:tls'
import { Connection, type Shared } from './connection.ts'
import { Histogram } from './histogram.ts'
import { publishFrames } from './packets.ts'
import type { FleetDevice, LoadCommand, LoadCounts, LoadPlan } from './plan.ts'

const READ_BUFFER_BYTES = 64 * 1024
/** Opening writes of a closed loop, so that they do not all fall into one moment. */
const CONNECTIONS_PER_TICK = 50

function startWorker(plan: LoadPlan): (command: LoadCommand) => Promise<unknown> {
  const fleet = JSON.parse(readFileSync(plan.fleetFile, 'utf8')) as FleetDevice[]
  const devices: FleetDevice[] = []
  for (let index = plan.first; index < plan.devices; index += plan.step) {
    const device = fleet[index]
    if (!device) throw new Error(`the fleet has no device ${index}`)
    devices.push(device)
  }
  const payloads = plan.payloads.map((text) => Buffer.from(text))
  const connections: Connection[] = []
  const contexts = new Map<string, SecureContext>()
  const sessions = new Map<string, Buffer>()
  const latency = new Histogram()
  let failures: Record<string, number> = {}
  let counted = { sent: 0, acknowledged: 0, connected: 0, resumed: 0 }
  let isSending = false
  let churning: Promise<void> | undefined
  let pump: (() => void) | undefined

  const shared: Shared = {
    port: plan.port,
    readBuffer: Buffer.alloc(READ_BUFFER_BYTES),
    ...(plan.transport === 'mtls' && {
      context({ deviceId, certPem, keyPem }: FleetDevice) {
        const kept = contexts.get(deviceId)
        if (kept) return kept
        const context = createSecureContext({
          ca: plan.serverCaPem,
          cert: certPem,
          key: keyPem,
          minVersion: 'TLSv1.3',
        })
        // A device that connects once needs it once, and thousands of them would weigh hundreds of megabytes.
        if (devices.length <= 1000) contexts.set(deviceId, context)
        return context
      },
    }),
    session: ({ deviceId }) => (plan.resume ? sessions.get(deviceId) : undefined),
    keepSession({ deviceId }, session) {
      if (plan.resume) sessions.set(deviceId, session)
    },
    fail(kind) {
      failures[kind] = (failures[kind] ?? 0) + 1
    },
    acknowledged(connection, count) {
      counted.acknowledged += count
      if (!isSending) return
      if (pump) pump()
      else send(connection, count, performance.now())
    },
    latency: (micros) => latency.add(micros),
    resumed: () => void counted.resumed++,
  }

  function send(connection: Connection, count: number, dueAt: number): void {
    counted.sent += count
    connection.publish(count, dueAt)
  }

  /** Runs `work` for each device, `plan.concurrency` at a time. */
  async function together(work: (next: () => FleetDevice | undefined) => Promise<void>): Promise<void> {
    let index = 0
    const next = () => devices[index++]
    await Promise.all(Array.from({ length: plan.concurrency }, () => work(next)))
  }

  const commands: Record<LoadCommand, () => unknown> = {
    open: () =>
      together(async (next) => {
        for (let device = next(); device; device = next()) {
          const connection = new Connection(device, shared)
          if (payloads.length > 0)
            connection.prepare(publishFrames(reportTopic(device), payloads), connections.length)
          if (!(await connection.open())) continue
          counted.connected++
          connections.push(connection)
        }
      }),
    publish() {
      isSending = true
      if (plan.perSecond === undefined) startClosedLoop()
      else startSteadily(plan.perSecond)
    },
    /** Stops sending, and waits until everything is acknowledged. */
    async quiet() {
      isSending = false
      await churning
      pump = undefined
      const deadline = performance.now() + 20_000
      while (connections.some(({ isUp, unacknowledged }) => isUp && unacknowledged > 0)) {
        if (performance.now() > deadline) return shared.fail('no PUBACK within 20 s')
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
    },
    /** Connects and disconnects each device over and over. */
    churn() {
      isSending = true
      let index = 0
      const next = () => (isSending ? devices[index++ % devices.length] : undefined)
      const one = async () => {
        for (let device = next(); device; device = next()) {
          const connection = new Connection(device, shared)
          if (await connection.open()) counted.connected++
          await connection.leave()
        }
      }
      churning = Promise.all(Array.from({ length: plan.concurrency }, one)).then(() => undefined)
    },
    /** What was counted since it was asked last. */
    take(): LoadCounts {
      const open = connections.filter(({ isUp }) => isUp).length
      const taken = { ...counted, open, failures, latency: latency.counts() }
      counted = { sent: 0, acknowledged: 0, connected: 0, resumed: 0 }
      failures = {}
      latency.clear()
      return taken
    },
    async close() {
      for (const connection of connections) connection.destroy()
      await new Promise((resolve) => setImmediate(resolve))
    },
  }

  function startClosedLoop(): void {
    let index = 0
    const some = () => {
      const end = Math.min(index + CONNECTIONS_PER_TICK, connections.length)
      for (; index < end; index++) {
        const connection = connections[index]
        if (connection?.isUp) send(connection, plan.inFlight, performance.now())
      }
      if (isSending && index < connections.length) setImmediate(some)
    }
    some()
  }

  /** A publish that finds no free connection waits for one; its latency counts from the moment it was due. */
  function startSteadily(perSecond: number): void {
    const began = performance.now()
    let issued = 0
    let turn = 0
    const one = (): void => {
      const now = performance.now()
      for (let due = Math.floor(((now - began) * perSecond) / 1000) - issued; due > 0; due--) {
        let connection: Connection | undefined
        for (let tried = 0; tried < connections.length; tried++) {
          const candidate = connections[turn++ % connections.length]
          if (candidate?.isUp && candidate.unacknowledged < plan.inFlight) {
            connection = candidate
            break
          }
        }
        if (!connection) return
        send(connection, 1, began + (issued++ * 1000) / perSecond)
      }
    }
    pump = one
    const timer = setInterval(() => {
      if (isSending && pump === one) one()
      else clearInterval(timer)
    }, 1)
  }

  return async (command) => commands[command]()
}

function reportTopic({ deviceId }: FleetDevice): string {
  return `$oc/devices/${deviceId}/sys/properties/report`
}

let run: ((command: LoadCommand) => Promise<unknown>) | undefined
process.on('message', (message: { plan: LoadPlan } | { command: LoadCommand }) => {
  const answer = (reply: object) => void process.send?.(reply)
  if ('plan' in message) {
    run = startWorker(message.plan)
    answer({ value: 'ready' })
    return
  }
  run?.(message.command).then(
    (value) => answer({ value }),
    (fault: Error) => answer({ fault: fault.stack ?? fault.message }),
  )
})
process.on('disconnect', () => process.exit(0))
