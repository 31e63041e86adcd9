import { createHash, randomBytes } from 'node:crypto'
import Type, { type Static } from 'typebox'
import type { ProjectId } from '../../base/ids.ts'
import type { Instant } from '../../base/instant.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Project } from '../../domain/space/space.ts'
import { findProject } from '../../store/projects.ts'
import type { Store } from '../../store/store.ts'
import { saveToken } from '../../store/tokens.ts'
import type { User } from '../../store/users.ts'
import { operation, replyWith } from '../operation.ts'
import { DOMAIN_NAME, userId } from './iam-body.ts'
import { logIn } from './log-in.ts'

const Named = Type.Object({
  id: Type.Optional(Type.String({ maxLength: 128 })),
  name: Type.Optional(Type.String({ maxLength: 128 })),
})
const Scope = Type.Object({ project: Type.Optional(Named), domain: Type.Optional(Named) })
const Domain = Type.Object({ id: Type.String(), name: Type.String() })

/** Exchanges a user's password for a token (northbound §1.3). */
export const createToken = operation({
  id: 'KeystoneCreateUserTokenByPassword',
  method: 'POST',
  url: '/v3/auth/tokens',
  tag: 'iam',
  summary: 'Get a token for a user and password; it stands in the header X-Subject-Token of the answer',
  status: 201,
  access: 'public',
  audit: 'login',
  login: true,
  body: Type.Object({
    auth: Type.Object({
      identity: Type.Object({
        methods: Type.Array(Type.Literal('password'), { minItems: 1, maxItems: 1 }),
        password: Type.Object({
          user: Type.Object({
            name: Type.String({ minLength: 1, maxLength: 128 }),
            password: Type.String({ minLength: 1, maxLength: 1024 }),
            domain: Type.Optional(Type.Unknown({ description: 'Any domain is accepted.' })),
          }),
        }),
      }),
      scope: Type.Optional(Scope),
    }),
  }),
  reply: Type.Object({
    token: Type.Object({
      methods: Type.Array(Type.String()),
      issued_at: Type.String(),
      expires_at: Type.String(),
      user: Type.Object({ id: Type.String(), name: Type.String(), domain: Domain }),
      project: Type.Optional(Type.Object({ id: Type.String(), name: Type.String(), domain: Domain })),
      domain: Type.Optional(Domain),
      roles: Type.Array(Type.Unknown()),
      catalog: Type.Array(Type.Unknown()),
    }),
  }),
  async run({ store, clock, limits }, { body }) {
    const { name, password } = body.auth.identity.password.user
    const user = await logIn(store, name, password)
    const project = await chooseProject(store, user, body.auth.scope)
    const token = randomBytes(32).toString('base64url')
    const issuedAt = clock.now()
    const expiresAt = issuedAt + limits.tokenLifeMillis
    const { projectId } = project
    const sha256 = createHash('sha256').update(token).digest('hex')
    await saveToken(store, { sha256, userName: user.name, projectId, issuedAt, expiresAt })

    const domain = { id: project.domainId, name: DOMAIN_NAME }
    const scoped = body.auth.scope?.domain && !body.auth.scope.project
    const reply = {
      token: {
        methods: ['password'],
        issued_at: iamTime(issuedAt),
        expires_at: iamTime(expiresAt),
        user: { id: userId(user.name), name: user.name, domain },
        ...(scoped ? { domain } : { project: { id: projectId, name: project.name, domain } }),
        roles: [],
        catalog: [],
      },
    }
    return replyWith(reply, {
      headers: { 'x-subject-token': token },
      audit: { actor: user.name, projectId, target: user.name },
    })
  },
})

/**
 * The project that the scope names by id or name, among the user's. A user with a single project gets that one
 * whichever name is asked for: clients say the name of a region there (northbound §1.5). Refuses `foreign-project`.
 */
async function chooseProject(
  store: Store,
  { projectIds }: User,
  scope: Static<typeof Scope> | undefined,
): Promise<Project> {
  const asked = scope?.project
  const projects = await loadProjects(store, projectIds)
  const [first] = projects
  const chosen =
    asked?.id !== undefined
      ? projects.find(({ projectId }) => projectId === asked.id)
      : asked?.name === undefined || projects.length === 1
        ? first
        : projects.find(({ name }) => name === asked.name)
  if (!chosen) throw new Refusal('foreign-project')
  return chosen
}

async function loadProjects(store: Store, projectIds: readonly ProjectId[]): Promise<readonly Project[]> {
  const projects = await Promise.all(projectIds.map((projectId) => findProject(store, projectId)))
  return projects.filter((project) => project !== undefined)
}

/** IAM's times have microseconds: `2020-01-04T09:05:22.701000Z`. */
const iamTime = (instant: Instant): string => new Date(instant).toISOString().replace('Z', '000Z')
