import { Buffer } from 'node:buffer'
import { Socket } from 'node:net'

/*
 * Reads of all connections of a thread into one buffer, used again and again: otherwise each read makes a Buffer, goes
 * through a stream's queue and leaves garbage (performance.md: a quarter of what a report costs). Node.js has this for
 * sockets that are opened with `onread` (https://nodejs.org/api/net.html#new-netsocketoptions) and has no word for it on
 * sockets that were accepted, nor on TLS sockets over them. So what `onread` sets is found once, by its names, and set
 * by hand. Where a version of Node.js does it otherwise, nothing is set and streams are read as ever.
 */

interface Fields {
  readonly buffer: symbol
  readonly callback: symbol
  readonly generator: symbol
}

const fields = findFields()

function findFields(): Fields | undefined {
  const probe = new Socket({ onread: { buffer: Buffer.alloc(1), callback: () => true } })
  const named = (name: string): symbol | undefined =>
    Object.getOwnPropertySymbols(probe).find(({ description }) => description === name)
  const [buffer, callback, generator] = [named('kBuffer'), named('kBufferCb'), named('kBufferGen')]
  probe.destroy()
  return buffer && callback && generator ? { buffer, callback, generator } : undefined
}

/**
 * From now on, what the socket reads lies in `buffer`, and `onBytes` is told how many bytes: they are gone with its
 * return. Pausing, resuming and the events `end` and `close` are as ever, `data` comes no more. False: this runtime
 * cannot do it, and nothing was changed.
 */
export function readShared(socket: Socket, buffer: Buffer, onBytes: (length: number) => void): boolean {
  const handle: unknown = Reflect.get(socket, '_handle')
  if (!fields || typeof handle !== 'object' || handle === null || !('useUserBuffer' in handle)) return false
  const { useUserBuffer } = handle
  if (typeof useUserBuffer !== 'function' || !(fields.buffer in socket)) return false
  Reflect.set(socket, fields.buffer, buffer)
  Reflect.set(socket, fields.generator, null)
  Reflect.set(socket, fields.callback, (length: number) => {
    onBytes(length)
    return true
  })
  Reflect.apply(useUserBuffer, handle, [buffer])
  return true
}
