import { type Api, type ApiOptions, startApi } from '../../src/api/server.ts'
import { createIds, type ProjectId } from '../../src/base/ids.ts'
import { type Limits, limits } from '../../src/base/limits.ts'
import { type Logger, silentLogger } from '../../src/base/logger.ts'
import type { AuditEntry } from '../../src/domain/entry/entry.ts'
import { operations } from '../../src/operations/all.ts'
import type { Operation, OperationDeps } from '../../src/operations/operation.ts'
import type { Faults } from '../../src/sql/sqlite.ts'
import { findAccessKey, saveAccessKey } from '../../src/store/access-keys.ts'
import { migrate } from '../../src/store/migrate.ts'
import { type OpenedStore, openStore } from '../../src/store/open-store.ts'
import { hashPassword } from '../../src/store/password-hash.ts'
import { insertProject } from '../../src/store/projects.ts'
import { insertSpace } from '../../src/store/spaces.ts'
import { endSession, findSession, renewSession } from '../../src/store/sessions.ts'
import { findToken } from '../../src/store/tokens.ts'
import { saveUser } from '../../src/store/users.ts'
import { aClock } from './builders.ts'
import { builders } from './registry.ts'
import { aDispatch, aDownlinks } from './downlinks.ts'
import type { Credentials } from '../../src/simulator/sign.ts'
import { type Algorithm, signedFetch, type ToSign } from './sign.ts'
import { unasked } from './unasked.ts'

/** Bodies are of many shapes; what a test expects of one is what it asserts. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Body = any

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly body: Body
}

export interface CallOptions {
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly algorithm?: Algorithm
  readonly credentials?: Credentials
}

export interface PlatformApi {
  readonly api: Api
  readonly origin: string
  readonly clock: ReturnType<typeof aClock>
  readonly store: OpenedStore
  readonly projectId: ProjectId
  readonly otherProjectId: ProjectId
  readonly credentials: Credentials
  readonly user: { readonly name: string; readonly password: string }
  readonly build: ReturnType<typeof builders>
  audited(): readonly { readonly entry: AuditEntry; readonly projectId: ProjectId | undefined }[]
  /** Faults that were logged, with their stack. */
  faults(): readonly unknown[]
  /** Signed call; `{project}` in the path is ours. */
  call(method: string, path: string, options?: CallOptions): Promise<Answer>
  /** Call without credentials. */
  bare(method: string, path: string, options?: Pick<CallOptions, 'body' | 'headers'>): Promise<Answer>
  token(): Promise<string>
  close(): Promise<void>
}

/** All operations, with callers of the real store, over HTTP; what lies behind them is `over`. */
export async function startPlatformApi({
  deps: over = {},
  limits: bounds = {},
  extra = [],
  options = {},
  storeFaults,
}: {
  readonly deps?: Partial<OperationDeps>
  readonly limits?: Partial<Limits>
  readonly extra?: readonly Operation[]
  readonly options?: Partial<ApiOptions>
  /** Makes the registry's storage fail (safety Q2); called from the first migration on. */
  readonly storeFaults?: Faults
} = {}): Promise<PlatformApi> {
  const clock = aClock()
  const store = openStore({
    file: ':memory:',
    key: new Uint8Array(32).fill(5),
    ...(storeFaults && { faults: storeFaults }),
  })
  await migrate(store, clock)
  const build = builders(clock)
  const [project, other] = [build.aProject({ name: 'local' }), build.aProject()]
  for (const one of [project, other]) {
    await insertProject(store, one)
    await insertSpace(store, build.aSpace(one, { name: 'DefaultApp', isDefault: true }))
  }
  const { projectId } = project
  const credentials = {
    accessKey: 'AKTESTKEY00000000001',
    secretKey: 'a secret of forty characters, or nearly so',
  }
  const { accessKey, secretKey: secret } = credentials
  await saveAccessKey(store, { accessKey, secret, projectId, createdAt: clock.now() })
  const user = { name: 'admin', password: 'correct horse' }
  await saveUser(store, {
    name: user.name,
    passwordHash: await hashPassword(user.password),
    projectIds: [projectId],
    createdAt: clock.now(),
  })

  const audited: { entry: AuditEntry; projectId: ProjectId | undefined }[] = []
  const faults: unknown[] = []
  const logger: Logger = { ...silentLogger, error: (fields) => void faults.push(fields) }
  const api = await startApi({
    elapsed: () => clock.now(),
    operations: [...operations, ...extra],
    deps: {
      store,
      clock,
      ids: createIds(clock),
      limits: { ...limits, ...bounds },
      downlinks: aDownlinks(),
      dispatch: aDispatch({ store, clock, ids: createIds(clock) }),
      bus: { publish: () => Promise.resolve(), subscribe: () => () => undefined },
      drainOutbox: () => Promise.resolve(),
      readShadow: () => Promise.resolve([]),
      readStatuses: () => Promise.resolve(new Map()),
      ...unasked,
      ...over,
    },
    callers: {
      findAccessKey: (key) => findAccessKey(store, key),
      findToken: (sha256, now) => findToken(store, sha256, now),
      sessions: {
        find: (sha256, now) => findSession(store, sha256, now),
        renew: (sha256, expiresAt) => renewSession(store, sha256, expiresAt),
        end: (sha256) => endSession(store, sha256),
      },
    },
    audit: (entry, ofProject) => {
      audited.push({ entry, projectId: ofProject })
      return Promise.resolve()
    },
    logger,
    http: { host: '127.0.0.1', port: 0 },
    version: '0.0.0',
    checkReplies: true,
    ...options,
  })
  const origin = `http://127.0.0.1:${api.ports.http}`
  const urlOf = (path: string) => origin + path.replace('{project}', projectId)
  const bare: PlatformApi['bare'] = async (method, path, { body, headers = {} } = {}) =>
    answerOf(
      await fetch(urlOf(path), {
        method,
        headers: { 'content-type': 'application/json', ...headers },
        ...(body !== undefined && { body: textOf(body) }),
      }),
    )
  return {
    api,
    origin,
    clock,
    store,
    projectId,
    otherProjectId: other.projectId,
    credentials,
    user,
    build,
    audited: () => audited.splice(0),
    faults: () => faults.splice(0),
    bare,
    async call(method, path, { body, headers = {}, algorithm, credentials: theirs = credentials } = {}) {
      const request: ToSign = {
        method,
        url: urlOf(path),
        headers: { 'content-type': 'application/json', ...headers },
        body: textOf(body),
        at: clock.now(),
        ...(algorithm && { algorithm }),
      }
      return answerOf(await signedFetch(theirs, request))
    },
    async token() {
      const answer = await bare('POST', '/v3/auth/tokens', { body: tokenRequest(user) })
      return answer.headers.get('x-subject-token') ?? ''
    },
    async close() {
      await api.close()
      await store.close()
    },
  }
}

export function tokenRequest(user: { name: string; password: string }, scope?: object): object {
  return {
    auth: {
      identity: { methods: ['password'], password: { user: { ...user, domain: { name: 'whatever' } } } },
      ...(scope && { scope }),
    },
  }
}

const textOf = (body: unknown): string =>
  body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body)

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.startsWith('application/json')
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson ? JSON.parse(text) : undefined,
  }
}
