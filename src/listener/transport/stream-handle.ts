import type { Buffer } from 'node:buffer'
import type { Socket } from 'node:net'

/*
 * What lies below the sockets of Node.js: the handle that a stream reads from and writes to. Node.js documents no
 * interface for it, and it is why this file exists alone: whatever is assumed of it is assumed here, and looked for
 * first. Where something is not as expected, nothing is touched, and sockets are used as the streams they are.
 *
 * The pinned Node.js is version 26 (docs/decisions/0001-pinned-node.md). There, `writeBuffer(null, bytes)` gives a number
 * when the write is over (0, or an error code), and else a request, whose `writeStatus` is null until it is.
 */

/** A write that was not over when the call returned. */
export interface WriteRequest {
  /** Null: not over. 0, or an error code, unless `oncomplete` was set before. */
  writeStatus: number | null
  /** Called with the status when the write is over. */
  oncomplete: ((status: number) => void) | null
  /** Keeps what is being written alive: below, there is nothing but its address. */
  buffer: unknown
}

/** The handle of a TCP socket, or of the TLS layer above one. */
export interface StreamHandle {
  /** Whether the stream above believes that reading goes on. */
  reading: boolean
  onread: (this: StreamHandle, memory: unknown) => unknown
  useUserBuffer(buffer: Uint8Array): unknown
  readStart(): number
  readStop(): number
  writeBuffer(request: null, bytes: Uint8Array): number | WriteRequest
}

/** Results of the last call into a handle of this thread, by places in an array. */
interface StreamState {
  readonly results: Int32Array
  readonly readBytesOrError: number
  readonly lastWriteError: number
}

const state = findState()

function findState(): StreamState | undefined {
  try {
    const binding: unknown = Reflect.get(process, 'binding')
    if (typeof binding !== 'function') return undefined
    const found: unknown = Reflect.apply(binding, process, ['stream_wrap'])
    if (typeof found !== 'object' || found === null) return undefined
    const results: unknown = Reflect.get(found, 'streamBaseState')
    const readBytesOrError: unknown = Reflect.get(found, 'kReadBytesOrError')
    // Its presence tells that writes are as described above; before, a write without a request ended the process.
    const lastWriteError: unknown = Reflect.get(found, 'kLastWriteErr')
    if (!(results instanceof Int32Array)) return undefined
    if (typeof readBytesOrError !== 'number' || typeof lastWriteError !== 'number') return undefined
    return { results, readBytesOrError, lastWriteError }
  } catch {
    // A version of Node.js without this door: the answer is that there is none.
    return undefined
  }
}

const methods = ['useUserBuffer', 'readStart', 'readStop', 'writeBuffer', 'onread'] as const

/** The handle of an open socket, if this runtime has one of the kind described above. */
export function handleOf(socket: Socket): StreamHandle | undefined {
  const handle: unknown = Reflect.get(socket, '_handle')
  if (!state || typeof handle !== 'object' || handle === null) return undefined
  const isKnown = methods.every((name) => typeof Reflect.get(handle, name) === 'function')
  return isKnown ? (handle as StreamHandle) : undefined
}

/**
 * From now on, what is read lies in `buffer`, and `reader` is told how many bytes: they are gone with its return. The end
 * and errors are told to the stream as ever. The stream does not start and stop reading any more: `readStart` and `readStop` do.
 */
export function readInto(
  handle: StreamHandle,
  buffer: Buffer,
  reader: { received(bytes: Buffer, length: number): void },
): void {
  if (!state) throw new Error('a handle that handleOf did not give')
  const { results, readBytesOrError } = state
  const { onread } = handle
  handle.useUserBuffer(buffer)
  handle.onread = function read(memory) {
    const length = results[readBytesOrError] as number
    if (length > 0) return reader.received(buffer, length)
    return length < 0 ? onread.call(this, memory) : undefined
  }
  handle.reading = true
  handle.readStart()
}

/** The request of a write that goes on; a number when it is over: 0, or an error code. */
export function writeTo(handle: StreamHandle, bytes: Uint8Array): WriteRequest | number {
  const written = handle.writeBuffer(null, bytes)
  if (typeof written === 'number') return written
  const failed = state?.results[state.lastWriteError] ?? 0
  return failed !== 0 ? failed : (written.writeStatus ?? written)
}
