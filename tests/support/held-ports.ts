import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'

/**
 * Keeps ports, on which a platform has listened and is to listen again, from being given to others meanwhile: whoever
 * asks for a free one might get just these. A socket is bound to each and connected elsewhere, so that nobody is
 * answered there; one that listens may be beside it, since Node.js sets SO_REUSEADDR (socket(7)). Gives what lets go.
 */
export async function holdPorts(ports: readonly number[]): Promise<() => void> {
  const sink = createServer((socket) => void socket.on('error', () => undefined).unref()).unref()
  sink.listen(0, '127.0.0.1')
  await once(sink, 'listening')
  const { port } = sink.address() as AddressInfo
  const held = ports.map((localPort) =>
    connect({ port, host: '127.0.0.1', localAddress: '127.0.0.1', localPort })
      // It was taken already: the platform will say so.
      .on('error', () => undefined)
      .unref(),
  )
  return () => {
    for (const socket of held) socket.resetAndDestroy()
    sink.close()
  }
}
