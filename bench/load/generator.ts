import { type ChildProcess, fork } from 'node:child_process'
import { Histogram } from './histogram.ts'
import type { LoadCommand, LoadCounts, LoadPlan } from './plan.ts'

/** Sums of all processes of the generator. */
export interface LoadTotals extends Omit<LoadCounts, 'latency'> {
  readonly latency: Histogram
}

/** The processes of the load generator for one run. */
export interface Generator {
  readonly pids: readonly number[]
  /** In all processes at once; resolves when all have done it. Throws when one fails or has ended. */
  run(command: Exclude<LoadCommand, 'take'>): Promise<void>
  /** What was counted since it was called last. */
  take(): Promise<LoadTotals>
  end(): Promise<void>
}

/** Starts `processes` processes that share the devices, the handshakes at a time and the rate of `plan`. */
export async function startGenerator(
  plan: Omit<LoadPlan, 'first' | 'step'>,
  processes: number,
): Promise<Generator> {
  const children = Array.from({ length: processes }, () =>
    fork(new URL('worker.ts', import.meta.url), { execArgv: ['--max-semi-space-size=32'] }),
  )
  const all = (message: (index: number) => object) =>
    Promise.all(children.map((child, index) => ask(child, message(index))))
  await all((index) => ({
    plan: {
      ...plan,
      first: index,
      step: processes,
      concurrency: Math.max(1, Math.round(plan.concurrency / processes)),
      ...(plan.perSecond !== undefined && { perSecond: plan.perSecond / processes }),
    } satisfies LoadPlan,
  }))
  return {
    pids: children.flatMap(({ pid }) => pid ?? []),
    async run(command) {
      await all(() => ({ command }))
    },
    take: async () => sum((await all(() => ({ command: 'take' }))) as LoadCounts[]),
    async end() {
      await Promise.all(
        children.map(
          (child) =>
            new Promise<void>((resolve) => {
              if (child.exitCode !== null || child.signalCode !== null) return resolve()
              child.once('exit', () => resolve())
              child.disconnect()
            }),
        ),
      )
    },
  }
}

function ask(child: ChildProcess, message: object): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const done = () => {
      child.off('message', answered)
      child.off('exit', ended)
    }
    const answered = (reply: { value?: unknown; fault?: string }) => {
      done()
      if (reply.fault === undefined) resolve(reply.value)
      else reject(new Error(`the load generator failed: ${reply.fault}`))
    }
    const ended = (code: number | null) => {
      done()
      reject(new Error(`a process of the load generator ended with ${code}`))
    }
    child.once('message', answered)
    child.once('exit', ended)
    child.send(message)
  })
}

function sum(all: readonly LoadCounts[]): LoadTotals {
  const latency = new Histogram()
  const failures: Record<string, number> = {}
  for (const counts of all) {
    latency.addAll(counts.latency)
    for (const [kind, count] of Object.entries(counts.failures))
      failures[kind] = (failures[kind] ?? 0) + count
  }
  const total = (key: 'sent' | 'acknowledged' | 'connected' | 'resumed' | 'open') =>
    all.reduce((whole, counts) => whole + counts[key], 0)
  return {
    sent: total('sent'),
    acknowledged: total('acknowledged'),
    connected: total('connected'),
    resumed: total('resumed'),
    open: total('open'),
    failures,
    latency,
  }
}
