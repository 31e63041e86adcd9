import { createHash, randomBytes } from 'node:crypto'
import type { ProjectId } from '../base/ids.ts'
import type { Clock } from '../base/instant.ts'
import type { JsonObject } from '../base/json.ts'
import { limits } from '../base/limits.ts'
import type { Store } from '../store/store.ts'
import { saveToken } from '../store/tokens.ts'
import { listUserNames } from '../store/users.ts'
import type { Config } from './config.ts'
import type { Verbs } from './control-socket.ts'
import type { Ports } from './ports.ts'
import type { StoreHealth } from './threads.ts'
import { version } from './version.ts'

/** What a running platform tells the verbs of the command line about itself. */
export interface PlatformStatus {
  readonly version: string
  readonly pid: number
  readonly ports: Ports
  readonly bind: string
  readonly public_host: string
  readonly health: StoreHealth
}

/** How `quayside simulate` gets in. */
export interface PlatformEntry extends PlatformStatus {
  readonly project_id: string
  /** For `X-Auth-Token`, good for an hour. */
  readonly token: string
  /** PEM of the CA that devices must trust. */
  readonly ca: string
}

/**
 * `platform.status`, and `platform.enter`: a token that runs out by itself, for whoever may open the control socket and
 * so may read the keys of the registry anyway. An access key would have to be revoked, also by a run that was killed.
 */
export function platformVerbs(sources: {
  readonly store: Store
  readonly clock: Clock
  readonly config: Pick<Config, 'bind' | 'publicHost'>
  readonly projectId: ProjectId
  readonly ports: Ports
  readonly ca: string
  health(): Promise<StoreHealth>
}): Verbs {
  const { store, clock, config, projectId, ports, ca } = sources
  const status = async (): Promise<PlatformStatus> => ({
    version: version(),
    pid: process.pid,
    ports: { ...ports },
    bind: config.bind,
    public_host: config.publicHost,
    health: await sources.health(),
  })
  // Both are JSON by their types; the interfaces lack the index signature that JsonObject asks for.
  const json = (value: PlatformStatus): JsonObject => ({ ...value }) as unknown as JsonObject
  return {
    'platform.status': async () => json(await status()),
    async 'platform.enter'() {
      // A token is a user's: of the project's first one, whose access key the registry holds as well.
      const [userName] = await listUserNames(store, projectId, 1)
      if (userName === undefined) throw new Error('the project of this platform has no user')
      const token = randomBytes(32).toString('base64url')
      const issuedAt = clock.now()
      await saveToken(store, {
        sha256: createHash('sha256').update(token).digest('hex'),
        userName,
        projectId,
        issuedAt,
        expiresAt: issuedAt + limits.controlTokenLifeMillis,
      })
      const entry: PlatformEntry = { ...(await status()), project_id: projectId, token, ca }
      return json(entry)
    },
  }
}
