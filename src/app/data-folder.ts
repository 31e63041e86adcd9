import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { lockFile } from '../sql/lock-file.ts'
import { ConfigError } from './config.ts'

/** Where things lie in the data folder. Everything the product must keep is in here (design §2.2). */
export function dataPaths(dataDir: string) {
  return {
    lock: join(dataDir, 'lock.db'),
    key: join(dataDir, 'secrets.key'),
    registry: join(dataDir, 'registry.db'),
    log: join(dataDir, 'log'),
    projections: join(dataDir, 'projections.db'),
    history: join(dataDir, 'history'),
    objects: join(dataDir, 'objects'),
    tls: join(dataDir, 'tls'),
    compileCache: join(dataDir, 'cache'),
    controlSocket: join(dataDir, 'control.sock'),
    firstStart: join(dataDir, 'first-start.txt'),
  } as const
}
export type DataPaths = ReturnType<typeof dataPaths>

/**
 * Makes the data folder (mode 0700) and takes its lock: an exclusive transaction on `lock.db`, which dies with
 * the process, so that even kill -9 leaves nothing to clean up. Throws {@link ConfigError} when another process
 * holds it. The returned function gives the lock back.
 */
export function lockDataFolder(dataDir: string): () => void {
  // Whatever this process makes, its databases included, is for its own user.
  process.umask(0o077)
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    chmodSync(dataDir, 0o700)
  } catch (fault) {
    throw new ConfigError(
      `The data folder ${dataDir} cannot be made or is not ours (${(fault as Error).message}); set QUAYSIDE_DATA_DIR to a folder that this user may write.`,
    )
  }
  const unlock = lockFile(dataPaths(dataDir).lock)
  if (!unlock)
    throw new ConfigError(
      `Another Quayside process uses the data folder ${dataDir}; stop it, or set QUAYSIDE_DATA_DIR to another folder.`,
    )
  return unlock
}

/**
 * The key that seals secrets at rest: 32 bytes, made once, in a file of mode 0600 outside the database, so that
 * a copy of the database alone gives no secret away (threat model 11).
 */
export function loadSealingKey(paths: DataPaths): Buffer {
  if (!existsSync(paths.key)) {
    if (existsSync(paths.registry))
      throw new ConfigError(
        `${paths.key} is missing, so the secrets in the registry cannot be read; restore it from the backup.`,
      )
    writePrivateFile(paths.key, randomBytes(32).toString('hex') + '\n')
  }
  refuseOpenFile(paths.key)
  const key = Buffer.from(readFileSync(paths.key, 'utf8').trim(), 'hex')
  if (key.length !== 32)
    throw new ConfigError(`${paths.key} must hold 64 hex digits; restore it from the backup.`)
  return key
}

/**
 * Writes a file of mode 0600 whole or not at all: a temporary file, flushed, then renamed. The lock of the data
 * folder keeps others out, so the temporary file has one name, and what a crash left of it is written over.
 */
export function writePrivateFile(path: string, content: string): void {
  const temporary = `${path}.tmp`
  try {
    rmSync(temporary, { force: true })
    const file = openSync(temporary, 'wx', 0o600)
    try {
      writeFileSync(file, content)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(temporary, path)
  } catch (fault) {
    rmSync(temporary, { force: true })
    throw fault
  }
  // The rename itself must survive a power cut too; not every platform lets a folder be opened for that.
  if (process.platform === 'win32') return
  const folder = openSync(dirname(path), 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

/** Safety S10: a private file that others may read stops the start. Windows has no such mode bits. */
export function refuseOpenFile(path: string): void {
  if (process.platform === 'win32') return
  const mode = statSync(path).mode & 0o777
  if ((mode & 0o077) !== 0)
    throw new ConfigError(`${path} can be read by others (mode ${mode.toString(8)}); run: chmod 600 ${path}`)
}
