import { closeSync, existsSync, openSync, readFileSync, readSync, rmSync, statSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { lookAtLog } from '../../log/look-at-log.ts'
import { Sqlite } from '../../sql/sqlite.ts'
import { migrations } from '../../store/migrations/all.ts'
import { type Check, type Finding, ok, problem, type Scene, warning } from './check.ts'

/** How a file of the data folder is judged once it is open. */
interface Database {
  readonly about: string
  readonly file: string
  /** The version of its schema, and the newest that this release knows. */
  version(db: Sqlite): number
  readonly newest: number
  /** Looks at every page: for the file that nothing can be made anew from. */
  readonly checksAll: boolean
  readonly remedy: string
}

const registryNewest = migrations.at(-1)?.number ?? 0

function databases({ paths }: Scene): readonly Database[] {
  return [
    {
      about: 'Registry',
      file: paths.registry,
      version: (db) => Number(db.get('SELECT max(number) AS number FROM migration')?.['number'] ?? 0),
      newest: registryNewest,
      checksAll: true,
      remedy:
        'Restore registry.db from a backup (docs/operate/run.md); keep the broken file for a closer look.',
    },
  ]
}

/**
 * Databases can be read and are of a version that this release knows; the registry is whole. Only while nobody writes
 * to them: SQLite's own check would hold a running platform up.
 */
export const checkDatabases: Check = (scene) => {
  if (scene.lock === 'theirs')
    return [ok('Databases', 'in use by the running platform; stop it to have them checked.')]
  const findings = databases(scene)
    .filter(({ file }) => existsSync(file))
    .map(checkDatabase)
  return [...findings, ...checkLog(scene), ...checkProjections(scene)]
}

function checkDatabase({ about, file, version, newest, checksAll, remedy }: Database): Finding {
  try {
    if (!isSqlite(file)) return problem(about, `${file} is not a database.`, remedy)
    return withDatabase(file, (db) => {
      const number = version(db)
      if (number > newest)
        return problem(
          about,
          `${file} was written by a newer version of Quayside (schema ${number}; this one knows ${newest}).`,
          'Start the version that wrote it, or restore a backup made before the upgrade.',
        )
      const faults = checksAll
        ? db.all('PRAGMA quick_check(5)').map((row) => String(row['quick_check']))
        : ['ok']
      if (faults[0] !== 'ok') return problem(about, `${file} is damaged: ${faults.join('; ')}.`, remedy)
      const age = number < newest ? `; the next start brings it from schema ${number} to ${newest}` : ''
      return ok(about, `${checksAll ? 'whole, ' : ''}schema ${number}${age}.`)
    })
  } catch (fault) {
    return problem(about, `${file} cannot be read: ${(fault as Error).message}.`, remedy)
  }
}

function checkLog({ paths: { log } }: Scene): readonly Finding[] {
  if (!existsSync(log)) return []
  const remedy =
    'Restore the folder from a backup (docs/operate/run.md); keep the broken file for a closer look.'
  try {
    const look = lookAtLog(log)
    if (look.kind === 'damaged') return [problem('Log', `${look.file} is not a segment of the log.`, remedy)]
    if (look.kind === 'newer')
      return [
        problem(
          'Log',
          `${look.file} was written by a newer version of Quayside (schema ${look.version}; this one knows ${look.newest}).`,
          'Start the version that wrote it, or restore a backup made before the upgrade.',
        ),
      ]
    return [ok('Log', `${look.segments} segments, format ${look.version}.`)]
  } catch (fault) {
    return [problem('Log', `${log} cannot be read: ${(fault as Error).message}.`, remedy)]
  }
}

/** Derived from the log, so that a file that is no good costs time and nothing else. */
function checkProjections({ paths: { projections } }: Scene): readonly Finding[] {
  if (!existsSync(projections) || isSqlite(projections)) return []
  return [
    warning(
      'Projections',
      `${projections} is not a database.`,
      'The next start makes it anew from the log, which takes a while; delete it to have that said in the log.',
    ),
  ]
}

/** Opens it so that not even a file beside it is made, where that can be: a `-wal` with content has to be read too. */
export function withDatabase<T>(file: string, look: (db: Sqlite) => T): T {
  const hasWal = existsSync(`${file}-wal`) && statSync(`${file}-wal`).size > 0
  const hadShm = existsSync(`${file}-shm`)
  const db = new Sqlite({
    // https://sqlite.org/uri.html#uriimmutable
    file: hasWal ? file : `${pathToFileURL(file).href}?immutable=1`,
    readOnly: true,
    durability: 'full',
  })
  try {
    return look(db)
  } finally {
    db.close()
    if (!hadShm) rmSync(`${file}-shm`, { force: true })
  }
}

/** https://sqlite.org/fileformat.html#magic_header_string; an empty file is a database that nobody has written to. */
export function isSqlite(file: string): boolean {
  const head = Buffer.alloc(16)
  const descriptor = openSync(file, 'r')
  try {
    const read = readSync(descriptor, head, 0, 16, 0)
    return read === 0 || head.toString('latin1') === 'SQLite format 3\0'
  } finally {
    closeSync(descriptor)
  }
}

/** The key that opens what the registry keeps sealed. */
export const checkSealingKey: Check = ({ paths }) => {
  const about = 'Sealing key'
  if (!existsSync(paths.key))
    return existsSync(paths.registry)
      ? [
          problem(
            about,
            `${paths.key} is missing: the secrets in the registry cannot be read.`,
            'Restore it from the backup that registry.db is of.',
          ),
        ]
      : []
  const mode = statSync(paths.key).mode & 0o777
  if (process.platform !== 'win32' && (mode & 0o077) !== 0)
    return [
      problem(
        about,
        `${paths.key} can be read by others (mode ${mode.toString(8)}).`,
        `Run: chmod 600 ${paths.key}`,
      ),
    ]
  try {
    const isKey = /^[0-9a-f]{64}$/i.test(readFileSync(paths.key, 'utf8').trim())
    if (isKey) return [ok(about, 'present, and closed to others.')]
  } catch (fault) {
    return [
      problem(
        about,
        `it cannot be read: ${(fault as Error).message}.`,
        'Run the doctor as the user of the platform.',
      ),
    ]
  }
  return [problem(about, `${paths.key} does not hold 64 hex digits.`, 'Restore it from the backup.')]
}
