import type { Ids, ProjectId, SpaceId } from '../base/ids.ts'
import { formatIso, type Clock } from '../base/instant.ts'
import { passwordLetters, randomKeyPair, randomText } from '../base/random-text.ts'
import type { Space } from '../domain/space/space.ts'
import { giveDefaultPolicy } from '../store/device-policies.ts'
import { saveAccessKey } from '../store/access-keys.ts'
import { insertProject, listProjects } from '../store/projects.ts'
import { insertSpace } from '../store/spaces.ts'
import type { Store } from '../store/store.ts'
import { inTransaction } from '../store/transaction.ts'
import { hashPassword } from '../store/password-hash.ts'
import { saveUser } from '../store/users.ts'
import type { Config } from './config.ts'
import { writePrivateFile } from './data-folder.ts'

/** What the first start made, for the operator's eyes only. */
export interface FirstStart {
  readonly user: string
  readonly password: string
  readonly accessKey: string
  readonly secretKey: string
  readonly projectId: ProjectId
}

/**
 * Makes the first project, its default resource space, the administrator and an access key, unless they are
 * there. The file is written before the registry: a crash between the two makes both again, so that there is
 * never a platform whose password nobody knows. Undefined on every later start.
 */
export async function runFirstStart(
  store: Store,
  config: Config,
  file: string,
  deps: { readonly clock: Clock; readonly ids: Ids },
): Promise<FirstStart | undefined> {
  const { clock, ids } = deps
  if ((await listProjects(store, 1)).length > 0) return undefined
  const made = randomKeyPair()
  const first: FirstStart = {
    user: config.adminUser,
    password: config.adminPassword ?? randomText(20, passwordLetters),
    accessKey: config.accessKey ?? made.accessKey,
    secretKey: config.secretKey ?? made.secret,
    projectId: (config.projectId ?? ids.hex32()) as ProjectId,
  }
  const passwordHash = await hashPassword(first.password)
  writePrivateFile(file, firstStartText(first, config))
  const createdAt = clock.now()
  const { projectId } = first
  await inTransaction(store, async (transaction) => {
    await insertProject(transaction, { projectId, name: config.region, domainId: ids.hex32(), createdAt })
    const space: Space = {
      key: ids.rowKey(),
      projectId,
      spaceId: ids.hex32() as SpaceId,
      name: 'DefaultApp',
      isDefault: true,
      createdAt,
    }
    await insertSpace(transaction, space)
    await giveDefaultPolicy(transaction, space, ids.rowKey)
    await saveUser(transaction, { name: first.user, passwordHash, projectIds: [projectId], createdAt })
    await saveAccessKey(transaction, {
      accessKey: first.accessKey,
      secret: first.secretKey,
      projectId,
      description: `made at the first start, ${formatIso(createdAt)}`,
      createdAt,
    })
  })
  return first
}

/** The block a person copies: what is where, and how to get in. */
export function firstStartText(
  first: FirstStart,
  config: Pick<Config, 'publicHost' | 'httpPort' | 'httpsPort'>,
): string {
  return [
    `address: http://${config.publicHost}:${config.httpPort} and https://${config.publicHost}:${config.httpsPort}`,
    `user: ${first.user}`,
    `password: ${first.password}`,
    `access key: ${first.accessKey}`,
    `secret key: ${first.secretKey}`,
    `project id: ${first.projectId}`,
    '',
  ].join('\n')
}
