import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Config, readConfig } from '../../app/config.ts'
import { askServer } from '../../app/control-socket.ts'
import { dataPaths } from '../../app/data-folder.ts'
import type { PlatformStatus } from '../../app/platform-verbs.ts'
import { OperatorError } from '../../base/operator-error.ts'
import { lockFile } from '../../sql/lock-file.ts'
import type { Scene } from './check.ts'

/** A scene that holds the data folder's lock, when nobody else has it; `leave` gives it back. */
export interface OpenedScene {
  readonly scene: Scene
  leave(): void
}

/** Looks who uses the data folder that `argv` (flags of `quayside start`), the environment and its file name. */
export async function openScene(
  argv: readonly string[],
  options: { readonly env: NodeJS.ProcessEnv; readonly cwd: string; readonly connections: number },
): Promise<OpenedScene> {
  const { env, cwd, connections } = options
  const { config, configFault } = tryConfig(argv, env, cwd)
  const dataDir = config?.dataDir ?? dataDirOf(argv, env, cwd)
  const paths = dataPaths(dataDir)
  const running = await statusOf(paths.controlSocket)
  const { lock, leave } = running ? { lock: 'theirs' as const, leave: () => undefined } : tryLock(paths.lock)
  return {
    scene: { dataDir, paths, config, configFault, running, lock, connections, now: Date.now() },
    leave,
  }
}

function tryConfig(
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  cwd: string,
): { readonly config: Config | undefined; readonly configFault: string | undefined } {
  try {
    return { config: readConfig(argv, env, cwd), configFault: undefined }
  } catch (fault) {
    if (!(fault instanceof OperatorError)) throw fault
    return { config: undefined, configFault: fault.message }
  }
}

/** Where a configuration that cannot be read would have its data. */
function dataDirOf(argv: readonly string[], env: NodeJS.ProcessEnv, cwd: string): string {
  const at = argv.findIndex((arg) => arg === '--data-dir' || arg.startsWith('--data-dir='))
  const flag = argv[at]?.includes('=') ? argv[at]?.slice('--data-dir='.length) : argv[at + 1]
  return resolve(cwd, (at === -1 ? env['QUAYSIDE_DATA_DIR'] : flag) || 'data')
}

async function statusOf(controlSocket: string): Promise<PlatformStatus | undefined> {
  try {
    const answer = await askServer(controlSocket, 'platform.status', {})
    // The server's own type: it knows the verb, so it is of a version that has it.
    return answer as unknown as PlatformStatus | undefined
  } catch {
    // It does not know the verb, or it may not be asked: then the lock tells that there is somebody.
    return undefined
  }
}

function tryLock(file: string): { readonly lock: Scene['lock']; readonly leave: () => void } {
  const nothing = (): void => undefined
  if (!existsSync(file)) return { lock: 'none', leave: nothing }
  try {
    const unlock = lockFile(file)
    return unlock ? { lock: 'ours', leave: unlock } : { lock: 'theirs', leave: nothing }
  } catch (fault) {
    if (!(fault instanceof OperatorError)) throw fault
    // The folder cannot be written; the check of the folder says so.
    return { lock: 'none', leave: nothing }
  }
}
