import Type, { type Static } from 'typebox'
import type { ProjectId } from '../../base/ids.ts'
import { limits } from '../../base/limits.ts'
import { type Language, refusalSentence } from '../../base/refusal-sentence.ts'
import { isRefusal, type Refusal, type RefusalName } from '../../base/refusal.ts'
import type { Store } from '../../store/store.ts'
import { inTransaction } from '../../store/transaction.ts'
import { documented } from '../fields/documented.ts'
import { appId, deviceId, freeText, nameText, nodeId, productId, ProjectParams } from '../fields/fields.ts'
import { validateBody } from '../fields/validate.ts'
import { operation, type OperationDeps, replyWith } from '../operation.ts'
import { FingerprintField, SecretField, SecureAccessField } from './credentials.ts'
import { AuthType } from './device-body.ts'
import { announceDevices, registerDevice, type Registered } from './register-device.ts'

const Row = Type.Object(
  {
    product_id: productId(),
    node_id: nodeId(),
    device_id: Type.Optional(deviceId()),
    device_name: Type.Optional(nameText(256)),
    description: Type.Optional(freeText(2048)),
    app_id: Type.Optional(appId()),
    auth_type: Type.Optional(AuthType),
    secret: Type.Optional(SecretField),
    fingerprint: Type.Optional(FingerprintField),
    secure_access: Type.Optional(SecureAccessField),
  },
  { title: 'DeviceRow' },
)

const RowResult = Type.Object({
  row: Type.Integer({ description: 'Place in the request, from 0.' }),
  outcome: Type.Enum(['ready', 'registered', 'refused'], { description: 'ready: of a dry run.' }),
  device_id: Type.Optional(Type.String()),
  node_id: Type.String({ description: 'Empty when the row has none that is text.' }),
  auth_type: Type.Optional(AuthType),
  fingerprint: Type.Optional(Type.String()),
  secret: Type.Optional(Type.String({ description: 'Of a registered SECRET device.' })),
  error_code: Type.Optional(Type.String()),
  error_msg: Type.Optional(Type.String()),
  field: Type.Optional(Type.String({ description: 'Which member of the row is wrong.' })),
})

export const addDevices = operation({
  id: 'AddDevices',
  method: 'POST',
  url: '/quayside/v1/:project_id/devices/batch',
  tag: 'devices',
  summary: 'Register many devices: each row is judged by itself, as AddDevice would',
  status: 200,
  access: 'write',
  audit: 'device.batch',
  params: ProjectParams,
  body: Type.Object({
    dry_run: Type.Optional(
      Type.Boolean({ default: false, description: 'true: says what would happen, and writes nothing.' }),
    ),
    devices: Type.Array(documented(Row), { minItems: 1, maxItems: limits.batchDevicesMax }),
  }),
  reply: Type.Object({
    results: Type.Array(RowResult, { description: 'One a row, in the order of the request.' }),
    counts: Type.Object({ ready: Type.Integer(), registered: Type.Integer(), refused: Type.Integer() }),
  }),
  async run(deps, { body, caller: { projectId }, language }) {
    const { dry_run: isDryRun = false, devices: rows } = body
    const judge = (store: Store): Promise<readonly Judged[]> =>
      registerRows({ ...deps, store }, projectId, rows)
    const judged = await (isDryRun ? takenBack(deps.store, judge) : inTransaction(deps.store, judge))
    const registered = judged.flatMap(({ result }) => (isRefusal(result) ? [] : [result]))
    if (!isDryRun) await announceDevices(deps, registered)
    const refused = judged.length - registered.length
    const reply = {
      results: judged.map((one, row) => ({ row, ...rowResult(one, { isDryRun, language }) })),
      counts: {
        ready: isDryRun ? registered.length : 0,
        registered: isDryRun ? 0 : registered.length,
        refused,
      },
    }
    if (isDryRun) return replyWith(reply, { audit: 'none' })
    // Who registered a device must be found by its id, as with AddDevice.
    const devices = registered.map(({ device: { deviceId } }) => deviceId)
    return replyWith(reply, { audit: { detail: { registered: registered.length, refused, devices } } })
  },
})

/** What became of one row: the device, or why there is none. */
interface Judged {
  readonly nodeId: string
  readonly result: Registered | Refusal
}

/**
 * One transaction for all rows, since a commit each would take seconds: a row is judged with those before it in
 * place, so that the second of two equal ones is refused. `registerDevice` refuses before it writes, so a refused row
 * leaves nothing behind.
 */
async function registerRows(
  deps: OperationDeps,
  projectId: ProjectId,
  rows: readonly unknown[],
): Promise<readonly Judged[]> {
  const judged: Judged[] = []
  for (const row of rows)
    judged.push({ nodeId: nodeIdOf(row), result: await registerRow(deps, projectId, row) })
  return judged
}

async function registerRow(
  deps: OperationDeps,
  projectId: ProjectId,
  row: unknown,
): Promise<Registered | Refusal> {
  try {
    // Whatever passes the schema has its type.
    const { auth_type, secret, fingerprint, secure_access, ...rest } = validateBody(
      Row,
      row,
      'row',
    ) as Static<typeof Row>
    const authInfo = { auth_type, secret, fingerprint, secure_access }
    return await registerDevice(deps, projectId, { ...rest, auth_info: authInfo })
  } catch (fault) {
    // A storage that cannot be written is no fault of the row: it ends the batch.
    if (!isRefusal(fault) || fault.refusal === 'store-unavailable') throw fault
    return fault
  }
}

class TakenBack extends Error {}

/** Does the work in a transaction that is never committed. */
async function takenBack<T>(store: Store, work: (tx: Store) => Promise<T>): Promise<T> {
  const done: T[] = []
  try {
    await inTransaction(store, async (tx) => {
      done.push(await work(tx))
      throw new TakenBack()
    })
  } catch (fault) {
    if (!(fault instanceof TakenBack)) throw fault
  }
  return done[0] as T
}

/** For the caller to find the row again, whatever else is wrong with it. */
function nodeIdOf(row: unknown): string {
  const id: unknown = typeof row === 'object' && row !== null && 'node_id' in row ? row.node_id : undefined
  return typeof id === 'string' ? id.slice(0, 256) : ''
}

/** Which member of the row a refusal is about, where its parameters do not say. */
const fieldOf: { readonly [N in RefusalName]?: keyof Static<typeof Row> } = {
  'space-not-found': 'app_id',
  'product-not-found': 'product_id',
  'device-exists': 'device_id',
  'node-exists': 'node_id',
  'fingerprint-unreadable': 'fingerprint',
  'certificate-is-private-key': 'fingerprint',
}

function rowResult(
  { nodeId: node_id, result }: Judged,
  { isDryRun, language }: { isDryRun: boolean; language: Language },
): Omit<Static<typeof RowResult>, 'row'> {
  if (isRefusal(result)) {
    const field = result.params['field'] ?? fieldOf[result.refusal]
    return {
      outcome: 'refused',
      node_id,
      error_code: `QS.${result.refusal}`,
      error_msg: refusalSentence(result, language),
      ...(field !== undefined && { field: String(field) }),
    }
  }
  const { deviceId, nodeId, auth } = result.device
  return {
    outcome: isDryRun ? 'ready' : 'registered',
    device_id: deviceId,
    node_id: nodeId,
    auth_type: auth.type,
    ...(auth.fingerprint !== undefined && { fingerprint: auth.fingerprint }),
    ...(!isDryRun && auth.type === 'SECRET' && auth.secret !== undefined && { secret: auth.secret }),
  }
}
