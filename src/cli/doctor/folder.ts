import { accessSync, constants, existsSync, readdirSync, statfsSync, statSync } from 'node:fs'
import { userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { bytesText, type Check, type Finding, ok, problem, type Scene, warning } from './check.ts'

/** The folder itself: whose it is, and who may look in. */
export const checkFolder: Check = ({ dataDir }) => {
  const about = 'Data folder'
  if (!existsSync(dataDir))
    return [ok(about, `${dataDir} does not exist yet; the first start makes it.`), ...mayBeMade(dataDir)]
  const stat = statSync(dataDir)
  if (!stat.isDirectory())
    return [problem(about, `${dataDir} is a file.`, 'Set QUAYSIDE_DATA_DIR to a folder.')]
  const findings: Finding[] = []
  const uid = process.getuid?.()
  if (uid !== undefined && stat.uid !== uid)
    findings.push(
      uid === 0
        ? warning(
            about,
            `${dataDir} belongs to the user with id ${stat.uid}, and you are root.`,
            'Run the doctor as that user, so that it meets the same rights: sudo -u USER npx quayside doctor.',
          )
        : problem(
            about,
            `${dataDir} belongs to the user with id ${stat.uid}, not to ${userInfo().username}.`,
            `Run the platform as that user, or: chown -R ${userInfo().username} ${dataDir}`,
          ),
    )
  const mode = stat.mode & 0o777
  if (process.platform !== 'win32' && (mode & 0o077) !== 0)
    findings.push(
      problem(
        about,
        `${dataDir} can be looked into by others (mode ${mode.toString(8)}); keys and databases are in it.`,
        `Run: chmod 700 ${dataDir}`,
      ),
    )
  if (!isWritable(dataDir))
    findings.push(
      problem(about, `${dataDir} cannot be written by this user.`, 'Give the user the right to write there.'),
    )
  return findings.length > 0 ? findings : [ok(about, `${dataDir} is ours, and closed to others.`)]
}

function mayBeMade(dataDir: string): readonly Finding[] {
  const parent = nearest(dataDir)
  return isWritable(parent)
    ? []
    : [
        problem(
          'Data folder',
          `It cannot be made, since ${parent} cannot be written by this user.`,
          'Make it for this user, or set QUAYSIDE_DATA_DIR to another folder.',
        ),
      ]
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** The folder, or what is there of the way to it. */
export const nearest = (path: string): string => (existsSync(path) ? path : nearest(dirname(path)))

/** What each kind of file system means for data that must be there after a power cut. `man 2 statfs` has the numbers. */
const fileSystems: ReadonlyMap<number, readonly [name: string, trouble?: string]> = new Map([
  [0xef53, ['ext4']],
  [0x58465342, ['XFS']],
  [0x9123683e, ['Btrfs']],
  [0x2fc12fc1, ['ZFS']],
  [0xf2f52010, ['F2FS']],
  [0x6969, ['NFS', 'a network file system: locks and flushes cannot be relied on']],
  [0x517b, ['SMB', 'a network file system: locks and flushes cannot be relied on']],
  [0xff534d42, ['CIFS', 'a network file system: locks and flushes cannot be relied on']],
  [0xfe534d42, ['SMB', 'a network file system: locks and flushes cannot be relied on']],
  [0x01021997, ['9p', 'a folder of another machine: locks and flushes cannot be relied on']],
  [0x65735546, ['FUSE', 'a file system in a program: whether it flushes depends on that program']],
  [0x01021994, ['tmpfs', 'memory: all is lost when the machine restarts']],
  [0x858458f6, ['ramfs', 'memory: all is lost when the machine restarts']],
  [0x794c7630, ['overlayfs', 'a layer of a container: all is lost with the container']],
])

export const checkFileSystem: Check = ({ dataDir }) => {
  const { type } = statfsSync(nearest(dataDir))
  const [name, trouble] = fileSystems.get(type) ?? [`of type 0x${type.toString(16)}`]
  return [
    trouble === undefined
      ? ok('File system', `${name}.`)
      : warning(
          'File system',
          `${name}, ${trouble}.`,
          'Put the data folder (QUAYSIDE_DATA_DIR) on a disk of this machine, or a volume of the container.',
        ),
  ]
}

const DAY = 24 * 3_600_000
/** Below this the platform itself begins to try whether it can still write (app/store-health.ts). */
const SCARCE_BYTES = 16 * 2 ** 20
const LITTLE_BYTES = 2 ** 30

/** Space that is left, and how long it lasts at the pace so far. */
export const checkSpace: Check = ({ dataDir, paths, now }) => {
  const { bavail, bsize } = statfsSync(nearest(dataDir))
  const free = bavail * bsize
  const left = `${bytesText(free)} are free`
  const remedy = 'Make room, or move the data folder to a larger disk; the log keeps everything that arrived.'
  if (free < SCARCE_BYTES)
    return [problem('Disk space', `${left}: reports are refused when it runs out.`, remedy)]
  const perDay = growthPerDay(dataDir, paths.registry, now)
  const days = perDay === undefined ? Infinity : Math.floor(free / perDay)
  const pace = perDay === undefined ? '' : `; so far the data grow by ${bytesText(perDay)} a day`
  if (days < 14) return [warning('Disk space', `${left}${pace}: it lasts ${days} days.`, remedy)]
  if (free < LITTLE_BYTES) return [warning('Disk space', `${left}${pace}.`, remedy)]
  return [ok('Disk space', `${left}${pace}${days < 3650 ? `: it lasts ${days} days` : ''}.`)]
}

/** Undefined for a folder that is too young to tell. */
function growthPerDay(dataDir: string, registry: string, now: number): number | undefined {
  if (!existsSync(registry)) return undefined
  const age = now - statSync(registry).birthtimeMs
  if (!(age > DAY / 24)) return undefined
  const bytes = bytesBelow(dataDir)
  return (bytes / age) * DAY
}

/** What the folder takes, the compile cache left out, which does not grow. */
function bytesBelow(folder: string): number {
  return readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
    if (entry.name === 'cache') return sum
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return sum + bytesBelow(path)
    return sum + (entry.isFile() ? (statSync(path, { throwIfNoEntry: false })?.size ?? 0) : 0)
  }, 0)
}

/** Whose clock was it that wrote these? */
export function newestFile({ dataDir }: Scene): number {
  if (!existsSync(dataDir)) return 0
  return readdirSync(dataDir).reduce(
    (newest, name) =>
      Math.max(newest, statSync(join(dataDir, name), { throwIfNoEntry: false })?.mtimeMs ?? 0),
    0,
  )
}
