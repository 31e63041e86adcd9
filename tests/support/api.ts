import { aDispatch, aDownlinks } from './downlinks.ts'
import { createHash } from 'node:crypto'
import { expect } from 'vitest'
import { startApi } from '../../src/api/server.ts'
import { createIds, type DeviceId, type ProjectId, type SpaceId } from '../../src/base/ids.ts'
import { limits } from '../../src/base/limits.ts'
import { silentLogger } from '../../src/base/logger.ts'
import type { Notice } from '../../src/bus/bus.ts'
import type { ConnectionStatus } from '../../src/domain/device/device.ts'
import type { AuditEntry, NewEntry } from '../../src/domain/entry/entry.ts'
import type { Shadow } from '../../src/domain/shadow/shadow.ts'
import { operations as allOperations } from '../../src/operations/all.ts'
import type { OperationDeps } from '../../src/operations/operation.ts'
import { migrate } from '../../src/store/migrate.ts'
import { type OpenedStore, openStore } from '../../src/store/open-store.ts'
import { dropOutbox, takeOutbox } from '../../src/store/outbox.ts'
import { insertProject } from '../../src/store/projects.ts'
import { insertSpace } from '../../src/store/spaces.ts'
import { aClock } from './builders.ts'
import { differencesFromReference } from './reference.ts'
import { builders } from './registry.ts'
import { unasked } from './unasked.ts'

// What tests look into; each asserts the shape it expects.
// oxlint-disable-next-line typescript/no-explicit-any
type Body = any

/** The reference's operations; ours have tests of their own. */
const operations = allOperations.filter(({ url }) => url.startsWith('/v5/iot/'))

export interface Answer {
  readonly status: number
  readonly body: Body
}

/** A tenant that calls with a token of its own. */
export interface Tenant {
  readonly projectId: ProjectId
  readonly defaultSpace: SpaceId
  /** Calls `/v5/iot/{its project}{path}`; a good answer is held against the reference's schema. */
  call(method: string, path: string, body?: unknown): Promise<Answer>
  /** Calls `/v5/iot/{project}{path}` with its own token. */
  callAs(projectId: ProjectId, method: string, path: string, body?: unknown): Promise<Answer>
}

/** The operations behind the real HTTP server, over a store in memory and recorded surroundings. */
export interface TestApi {
  readonly clock: ReturnType<typeof aClock>
  readonly store: OpenedStore
  readonly ours: Tenant
  readonly theirs: Tenant
  /** Notices since the last look. */
  notices(): readonly Notice[]
  /** Entries that reached the log since the last look. */
  logged(): readonly NewEntry[]
  audited(): readonly AuditEntry[]
  /** What projections answer. */
  readonly statuses: Map<DeviceId, ConnectionStatus>
  readonly shadows: Map<DeviceId, readonly Shadow[]>
  /** Every row of the registry, to see that a refusal changed nothing. */
  snapshot(): Promise<string>
  close(): Promise<void>
}

export async function startTestApi(over: Partial<OperationDeps> = {}): Promise<TestApi> {
  const clock = aClock()
  // One source for all rows: two would not agree on the order of what is made in the same millisecond.
  const ids = createIds(clock)
  const store = openStore({ file: ':memory:', key: new Uint8Array(32).fill(5) })
  await migrate(store, clock)
  const notices: Notice[] = []
  const logged: NewEntry[] = []
  const audited: AuditEntry[] = []
  const statuses = new Map<DeviceId, ConnectionStatus>()
  const shadows = new Map<DeviceId, readonly Shadow[]>()
  const tokens = new Map<string, { userName: string; projectId: ProjectId }>()

  const downlinks = over.downlinks ?? aDownlinks()
  const dispatch = aDispatch({
    ...{ store, clock, ids, downlinks, limits: over.limits ?? limits },
    append: async (entries) => void logged.push(...entries),
  })
  const deps: OperationDeps = {
    store,
    clock,
    ids,
    limits,
    downlinks,
    dispatch,
    bus: { publish: async (notice) => void notices.push(notice), subscribe: () => () => undefined },
    async drainOutbox() {
      const taken = await takeOutbox(store, 100)
      logged.push(...taken.map(({ entry }) => entry))
      await dropOutbox(
        store,
        taken.map(({ id }) => id),
      )
    },
    readShadow: async (deviceId) => shadows.get(deviceId) ?? [],
    readStatuses: async (ids) => new Map([...statuses].filter(([id]) => ids.includes(id))),
    ...unasked,
    ...over,
  }
  const api = await startApi({
    operations,
    deps,
    callers: {
      findAccessKey: async () => undefined,
      findToken: async (sha256) => tokens.get(sha256),
      sessions: { find: async () => undefined, renew: async () => undefined, end: async () => undefined },
    },
    audit: async (entry) => void audited.push(entry),
    logger: silentLogger,
    http: { host: '127.0.0.1', port: 0 },
    version: '0.0.0',
    checkReplies: true,
  })
  const origin = `http://127.0.0.1:${api.ports.http}`

  async function aTenant(token: string): Promise<Tenant> {
    const build = builders(clock, ids)
    const project = build.aProject()
    const space = build.aSpace(project, { name: 'DefaultApp', isDefault: true })
    await insertProject(store, project)
    await insertSpace(store, space)
    tokens.set(createHash('sha256').update(token).digest('hex'), {
      userName: token,
      projectId: project.projectId,
    })
    const callAs = (projectId: ProjectId, method: string, path: string, body?: unknown) =>
      request(`${origin}/v5/iot/${projectId}${path}`, { method, token, body })
    return {
      projectId: project.projectId,
      defaultSpace: space.spaceId,
      callAs,
      call: (method, path, body) => callAs(project.projectId, method, path, body),
    }
  }

  return {
    clock,
    store,
    ours: await aTenant('ours'),
    theirs: await aTenant('theirs'),
    notices: () => notices.splice(0),
    logged: () => logged.splice(0),
    audited: () => audited.splice(0),
    statuses,
    shadows,
    snapshot: () => snapshotOf(store),
    async close() {
      await api.close()
      await store.close()
    },
  }
}

async function request(
  url: string,
  { method, token, body }: { method: string; token: string; body: unknown },
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    // SDKs name the type on every method, with or without a body (northbound §2.1).
    headers: { 'x-auth-token': token, 'content-type': 'application/json' },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  const answer: Answer = { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
  if (response.ok) holdAgainstReference(method, new URL(url).pathname, answer)
  else
    expect(answer.body).toMatchObject({
      error_code: expect.stringMatching(/^IOTDA\.\d{6}$/),
      error_msg: expect.any(String),
    })
  return answer
}

function holdAgainstReference(method: string, path: string, { status, body }: Answer): void {
  const operation = operations.find(
    (candidate) =>
      candidate.method === method && new RegExp(`^${candidate.url.replaceAll(/:\w+/g, '[^/]+')}$`).test(path),
  )
  expect(operation, `${method} ${path}`).toBeDefined()
  expect(differencesFromReference(operation?.id ?? '', status, body)).toEqual([])
}

async function snapshotOf({ db }: OpenedStore): Promise<string> {
  const tables = [
    'project',
    'space',
    'product',
    'ca_certificate',
    'device',
    'outbox',
    'child_list',
    'child_change',
    'message',
    'async_command',
    'access_code',
    'device_policy',
    'device_policy_binding',
  ] as const
  const rows: unknown[] = []
  for (const table of tables) rows.push(await db.selectFrom(table).selectAll().execute())
  return JSON.stringify(rows)
}
