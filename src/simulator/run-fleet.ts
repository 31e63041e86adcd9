import { setTimeout as wait } from 'node:timers/promises'
import { limits } from '../base/limits.ts'
import { badReportsFor } from './bad-reports.ts'
import type { Chaos } from './chaos.ts'
import type { Target } from './connection.ts'
import { SimulatedDevice, type Surroundings } from './device.ts'
import type { MadeFleet } from './make-fleet.ts'
import { createGate } from './gate.ts'
import type { Pattern } from './patterns.ts'
import { createRandom } from './random.ts'
import { planReports } from './reports.ts'
import { createStatistics, type Statistics } from './statistics.ts'

export interface Load {
  /** Reports of one device in a minute. */
  readonly perDeviceAndMinute: number
  readonly pattern: Pattern
  readonly chaos: Chaos
  /** From when all devices have tried to connect; undefined: until the signal. */
  readonly durationMillis: number | undefined
  /** The same seed gives the same values and the same chaos, if not at the same moments. */
  readonly seed: number
}

export interface RunOptions extends Load, MadeFleet {
  readonly target: Target
  /** Ends the run in good order. */
  readonly signal: AbortSignal
  /** Called once a second. */
  onSecond(statistics: Statistics, seconds: number): void
}

export interface RunResult {
  readonly statistics: Statistics
  /** Reports that no PUBACK came for. */
  readonly lost: number
  readonly seconds: number
  /** Processor time of this process. */
  readonly cpuSeconds: number
}

const TICK_MILLIS = 20
const LOOK_MILLIS = 5_000
/** After a pause of this process no more than this is made up for at once. */
const CATCH_UP_MILLIS = 1_000

/**
 * Connects the devices and has them report, round and round, until the time is over or the signal comes; then waits for
 * what is not acknowledged yet, and disconnects. Never throws for what devices or platform do: that is what the
 * statistics are for.
 */
export async function runFleet(options: RunOptions): Promise<RunResult> {
  const { product, devices: identities, target, signal, chaos, seed, onSecond } = options
  const random = createRandom(seed)
  const plan = planReports(product.services)
  const statistics = createStatistics(identities.length)
  const around: Surroundings = {
    target,
    statistics,
    chaos,
    badReports: badReportsFor(product.services),
    gate: createGate(limits.simulatedHandshakesMax),
    random,
  }
  const devices = identities.map(
    (identity, index) => new SimulatedDevice(identity, plan.reporter(seed + index), around),
  )
  const cpu = process.cpuUsage()
  const began = performance.now()
  const seconds = (): number => (performance.now() - began) / 1000
  for (const device of devices) device.connect()

  const timers = [
    setInterval(() => onSecond(statistics, seconds()), 1000),
    setInterval(() => {
      for (const device of devices) device.look(performance.now())
    }, LOOK_MILLIS),
  ]
  const stopReporting = startReporting(devices, options)
  // The time begins when everybody has been at the door: thousands of handshakes may take longer than the run.
  while (statistics.tried < devices.length && !signal.aborted) await wait(20)
  await over(options.durationMillis, signal)
  stopReporting()
  for (const device of devices) device.quieten()
  await settled(
    () => devices.every(({ unacknowledged }) => unacknowledged === 0),
    limits.simulatorDrainMillisMax,
  )
  for (const device of devices) device.close()
  await settled(() => devices.every(({ isOpen }) => !isOpen), limits.simulatorCloseMillisMax)
  for (const device of devices) device.abandon()
  for (const timer of timers) clearInterval(timer)
  const { user, system } = process.cpuUsage(cpu)
  return {
    statistics,
    lost: devices.reduce((sum, { unacknowledged }) => sum + unacknowledged, 0),
    seconds: seconds(),
    cpuSeconds: (user + system) / 1e6,
  }
}

/**
 * One timer for all: what is due at the rate of the moment is handed to the devices in turn, so each of them reports at
 * even distances and the whole load is spread evenly. Thousands of timers would cost more than the reports.
 */
function startReporting(
  devices: readonly SimulatedDevice[],
  { perDeviceAndMinute, pattern }: Load,
): () => void {
  const perMilli = (devices.length * perDeviceAndMinute) / 60_000
  const startedAt = Date.now()
  let [last, due, next] = [performance.now(), 1, 0]
  const timer = setInterval(() => {
    const elapsed = performance.now()
    const now = Date.now()
    due += Math.min(CATCH_UP_MILLIS, elapsed - last) * perMilli * pattern(now, startedAt)
    last = elapsed
    for (; due >= 1; due--) {
      devices[next]?.report(now)
      next = (next + 1) % devices.length
    }
  }, TICK_MILLIS)
  return () => clearInterval(timer)
}

async function over(millis: number | undefined, signal: AbortSignal): Promise<void> {
  // A timer of Node.js holds at most 2^31 ms, 24 days.
  const most = 2 ** 31 - 1
  try {
    for (let left = millis ?? Infinity; left > 0; left -= most)
      await wait(Math.min(left, most), undefined, { signal })
  } catch (fault) {
    if (!signal.aborted) throw fault
  }
}

async function settled(isSettled: () => boolean, millis: number): Promise<void> {
  for (const end = performance.now() + millis; !isSettled() && performance.now() < end;) await wait(20)
}
