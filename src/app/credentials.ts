import { formatIso, type Clock } from '../base/instant.ts'
import { deleteAccessKey, listAccessKeys, saveAccessKey } from '../store/access-keys.ts'
import { listProjects } from '../store/projects.ts'
import type { Store } from '../store/store.ts'
import { hashPassword } from '../store/password-hash.ts'
import { savePassword } from '../store/users.ts'
import type { JsonObject } from '../base/json.ts'
import { passwordLetters, randomKeyPair, randomText } from '../base/random-text.ts'
import type { Verbs } from './control-socket.ts'

/**
 * The verbs behind `quayside credentials`, on a registry that the caller owns: the running server's, or one
 * opened for the purpose. Secrets go to the asker once and nowhere else.
 */
export function credentialVerbs(store: Store, clock: Clock): Verbs {
  return {
    async 'credentials.list'() {
      const keys = await listAccessKeys(store)
      return keys.map(({ accessKey, projectId, description, createdAt }) => ({
        access_key: accessKey,
        project_id: projectId,
        description: description ?? '',
        created_at: formatIso(createdAt),
      }))
    },
    async 'credentials.create'(args) {
      const [project] = await listProjects(store, 1)
      if (!project) throw new Error('the platform has not been started yet; run quayside start first')
      const key = {
        ...randomKeyPair(),
        projectId: project.projectId,
        description: textOf(args, 'description')?.slice(0, 256),
        createdAt: clock.now(),
      }
      await saveAccessKey(store, key)
      return { access_key: key.accessKey, secret_key: key.secret, project_id: key.projectId }
    },
    async 'credentials.revoke'(args) {
      const accessKey = textOf(args, 'access_key') ?? ''
      if (!(await deleteAccessKey(store, accessKey))) throw new Error(`there is no access key ${accessKey}`)
      return { access_key: accessKey }
    },
    async 'credentials.reset-password'(args) {
      const user = textOf(args, 'user') ?? ''
      const password = randomText(20, passwordLetters)
      if (!(await savePassword(store, user, await hashPassword(password))))
        throw new Error(`there is no user ${user}`)
      return { user, password }
    },
  }
}

function textOf(args: JsonObject, name: string): string | undefined {
  const value = args[name]
  return typeof value === 'string' ? value : undefined
}
