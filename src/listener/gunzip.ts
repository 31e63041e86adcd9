import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'

const unpack = promisify(gunzip)

/**
 * Unpacks a gzip stream off this thread, never to more than `bytesMax` bytes: a bomb costs no more than an honest
 * payload (device protocol §3.0.2).
 */
export async function inflate(
  packed: Uint8Array,
  bytesMax: number,
): Promise<Uint8Array | 'corrupt' | 'too-large'> {
  try {
    return await unpack(packed, { maxOutputLength: bytesMax })
  } catch (fault) {
    return (fault as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? 'too-large' : 'corrupt'
  }
}
