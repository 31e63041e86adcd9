import type { ProjectId } from '../../base/ids.ts'
import { limits } from '../../base/limits.ts'

export type FileNameFault = 'empty' | 'too-long' | 'bad-character' | 'bad-segment'

// oxlint-disable-next-line no-control-regex
const BAD = /[\u0000-\u001f\u007f\\]/

/**
 * Why a text cannot name a file of a device; undefined: it can. Parts between slashes are folders to people; no name of
 * a device ever becomes a path on our disk, but it may on that of whoever downloads it.
 */
export function fileNameFault(name: string): FileNameFault | undefined {
  if (name === '') return 'empty'
  if (name.length > limits.fileNameLengthMax) return 'too-long'
  if (BAD.test(name) || !name.isWellFormed()) return 'bad-character'
  return name.split('/').some((part) => part === '' || part === '.' || part === '..')
    ? 'bad-segment'
    : undefined
}

/**
 * The name of a file that a device speaks of: as it asked for it, as we answered, or as the path of the address has it,
 * from which the C SDK takes it (device protocol §3.8.6).
 */
export function namesMeant(
  { projectId, deviceId }: { projectId: ProjectId; deviceId: string },
  objectName: string,
): readonly string[] {
  const plain = decoded(objectName).replace(/^\/+/, '')
  const marks = [`${projectId}/${deviceId}/`, `${deviceId}/`]
  const cut = marks.flatMap((mark) => {
    const at = plain.indexOf(mark)
    return at >= 0 ? [plain.slice(at + mark.length)] : []
  })
  return [...new Set([...cut, plain])]
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
