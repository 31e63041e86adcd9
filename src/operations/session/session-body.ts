import Type, { type Static } from 'typebox'
import { formatIso } from '../../base/instant.ts'
import type { Store } from '../../store/store.ts'
import { findProject } from '../../store/projects.ts'
import { findUser } from '../../store/users.ts'
import type { CallerSession } from '../operation.ts'

/** A password that someone chooses. */
export const NewPassword = Type.String({ minLength: 8, maxLength: 128 })

export const SessionBody = Type.Object({
  user: Type.Object({ name: Type.String() }),
  projects: Type.Array(Type.Object({ project_id: Type.String(), name: Type.String() }), {
    description: 'Those that the user may enter, oldest first.',
  }),
  roles: Type.Array(Type.String()),
  csrf_token: Type.String({
    description: 'For the header X-CSRF-Token of every change made with the cookie.',
  }),
  expires_at: Type.String({
    description: 'When the session ends if nothing more is asked; it moves with use.',
  }),
})

export async function sessionBody(
  store: Store,
  userName: string,
  { csrfToken, expiresAt }: Pick<CallerSession, 'csrfToken' | 'expiresAt'>,
): Promise<Static<typeof SessionBody>> {
  const { projectIds = [] } = (await findUser(store, userName)) ?? {}
  const projects = await Promise.all(projectIds.map((projectId) => findProject(store, projectId)))
  return {
    user: { name: userName },
    projects: projects
      .filter((project) => project !== undefined)
      .map(({ projectId, name }) => ({ project_id: projectId, name })),
    // Whoever may enter a project may do everything in it.
    roles: ['admin'],
    csrf_token: csrfToken,
    expires_at: formatIso(expiresAt),
  }
}
