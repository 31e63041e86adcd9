import { Buffer } from 'node:buffer'
import { readSegmentHeader, SEGMENT_HEADER_BYTES, SEGMENT_VERSION } from './block.ts'
import { closeQuietly, nodeFiles } from './files.ts'
import { parseSegmentName, segmentPath } from './segment.ts'

/** What stands in the folder of a log, as far as headers tell. */
export type LogLook =
  | { readonly kind: 'readable'; readonly segments: number; readonly bytes: number; readonly version: number }
  | { readonly kind: 'newer'; readonly file: string; readonly version: number; readonly newest: number }
  | { readonly kind: 'damaged'; readonly file: string }

/** Looks at the header of every segment and changes nothing; opening the log holds every block against its checksum. */
export function lookAtLog(folder: string): LogLook {
  const firsts = nodeFiles.list(folder).flatMap((name) => parseSegmentName(name) ?? [])
  let bytes = 0
  for (const first of firsts) {
    const path = segmentPath(folder, first)
    const file = nodeFiles.open(path, 'read')
    try {
      bytes += nodeFiles.size(file)
      const start = Buffer.alloc(SEGMENT_HEADER_BYTES)
      nodeFiles.read(file, start, 0)
      const header = readSegmentHeader(start)
      // A crash may have left the last segment without its header: nothing was ever told to be in it.
      const isLast = first === Math.max(...firsts)
      if (!header && !(isLast && start.every((byte) => byte === 0))) return { kind: 'damaged', file: path }
      if (header && header.version > SEGMENT_VERSION)
        return { kind: 'newer', file: path, version: header.version, newest: SEGMENT_VERSION }
    } finally {
      closeQuietly(nodeFiles, file)
    }
  }
  return { kind: 'readable', segments: firsts.length, bytes, version: SEGMENT_VERSION }
}
