/**
 * Calls between threads. The calls of one turn of the event loop travel as one message, and so do their
 * answers, so the cost of crossing is shared (design §3.4). Arguments and results must be structured-cloneable.
 */
type Method = (...args: never[]) => unknown
export type Methods<T> = { readonly [K in keyof T]: Method }

/** The caller's view of `T`: every method asynchronous. */
export type Remote<T> = {
  readonly [K in keyof T]: T[K] extends (...args: infer A) => infer R
    ? (...args: A) => Promise<Awaited<R>>
    : never
}

type Call = readonly [id: number, method: string, args: readonly unknown[]]
type Answer = readonly [id: number, fault: WireFault | null, value?: unknown]
interface WireFault {
  readonly name: string
  readonly message: string
  readonly stack?: string
  /** Own members of the error, e.g. a refusal's name and parameters. */
  readonly members: object
}
/** Error classes by name. */
type Faults = Readonly<Record<string, { readonly prototype: Error }>>
type Message = { readonly calls: readonly Call[] } | { readonly answers: readonly Answer[] }

/** A `MessagePort` or a `Worker`. */
interface Channel {
  postMessage(message: unknown): void
  on(event: 'message', handle: (message: Message) => void): unknown
}

/** The other side is gone: nothing is known about the call's outcome. */
export class ThreadGoneError extends Error {
  override readonly name = 'ThreadGoneError'
}

export interface Rpc<Theirs> {
  readonly remote: Remote<Theirs>
  /** Fails the calls that wait for an answer; later calls fail at once. */
  disconnect(): void
}

/**
 * Joins two threads over `channel`: `ours` answers their calls, `remote` calls theirs. `faults` names the error
 * classes that keep their type and members across the border; any other arrives as a plain `Error`.
 */
export function createRpc<Theirs extends Methods<Theirs>, Ours extends Methods<Ours> = Record<never, Method>>(
  channel: Channel,
  ours: Ours,
  faults: Faults = {},
): Rpc<Theirs> {
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (fault: Error) => void }>()
  let nextId = 1
  let gone = false
  const sendCall = batcher<Call>(
    (calls) => channel.postMessage({ calls } satisfies Message),
    ([id], fault) => settle([id, wireFault(fault)]),
  )
  const sendAnswer = batcher<Answer>(
    (answers) => channel.postMessage({ answers } satisfies Message),
    ([id], fault) => channel.postMessage({ answers: [[id, wireFault(fault)]] } satisfies Message),
  )

  const answer = async ([id, method, args]: Call): Promise<void> => {
    try {
      const handler = Object.hasOwn(ours, method) ? ours[method as keyof Ours] : undefined
      if (!handler) throw new Error(`no method ${method} on this thread`)
      sendAnswer([id, null, await handler(...(args as never[]))])
    } catch (fault) {
      sendAnswer([id, wireFault(fault)])
    }
  }

  const settle = ([id, fault, value]: Answer): void => {
    const call = waiting.get(id)
    waiting.delete(id)
    if (!fault) call?.resolve(value)
    else call?.reject(revive(fault, faults))
  }

  channel.on('message', (message: Message) => {
    if ('calls' in message) for (const call of message.calls) void answer(call)
    else if ('answers' in message) for (const one of message.answers) settle(one)
  })

  const call = (method: string, args: readonly unknown[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (gone) return reject(new ThreadGoneError(`${method}: the thread has ended`))
      const id = nextId++
      waiting.set(id, { resolve, reject })
      sendCall([id, method, args])
    })

  return {
    remote: new Proxy({} as Remote<Theirs>, {
      // `then` is asked for when somebody awaits the proxy itself.
      get: (_, method) =>
        method === 'then' ? undefined : (...args: unknown[]) => call(String(method), args),
    }),
    disconnect() {
      gone = true
      for (const { reject } of waiting.values()) reject(new ThreadGoneError('the thread has ended'))
      waiting.clear()
    },
  }
}

/** `methods` as if they were on another thread, for callers that need not know. */
export function sameThread<T extends Methods<T>>(methods: T): Remote<T> {
  return new Proxy({} as Remote<T>, {
    get: (_, method) =>
      method === 'then' ? undefined : async (...args: never[]) => methods[method as keyof T](...args),
  })
}

/**
 * Collects what is given within one turn of the event loop and hands it on at its end. When the batch cannot be
 * cloned, its items go one by one, so that only the one at fault is told to `failed`.
 */
function batcher<T>(
  flush: (batch: readonly T[]) => void,
  failed: (item: T, fault: unknown) => void,
): (item: T) => void {
  let batch: T[] = []
  const flushEach = (items: readonly T[]): void => {
    for (const item of items)
      try {
        flush([item])
      } catch (fault) {
        failed(item, fault)
      }
  }
  return (item) => {
    if (batch.length === 0)
      setImmediate(() => {
        const full = batch
        batch = []
        try {
          flush(full)
        } catch {
          flushEach(full)
        }
      })
    batch.push(item)
  }
}

function wireFault(fault: unknown): WireFault {
  if (!(fault instanceof Error)) return { name: 'Error', message: String(fault), members: {} }
  const { name, message, stack } = fault
  return { name, message, ...(stack ? { stack } : {}), members: Object.fromEntries(Object.entries(fault)) }
}

function revive({ name, message, stack, members }: WireFault, faults: Faults): Error {
  const error = Object.assign(new Error(message), members)
  error.name = name
  if (stack) error.stack = stack
  restoreClass(error, faults)
  return error
}

/** An error that came from another thread is of its class again, if that is one of `faults`. */
export function restoreClass(error: Error, faults: Faults): void {
  const known = Object.hasOwn(faults, error.name) ? faults[error.name] : undefined
  if (known) Object.setPrototypeOf(error, known.prototype)
}
