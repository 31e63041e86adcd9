import { randomBytes } from 'node:crypto'
import type { JsonObject, JsonValue } from '../base/json.ts'
import { limits } from '../base/limits.ts'
import { OperatorError } from '../base/operator-error.ts'
import { type DeviceIssuer, makeDeviceCa, openDeviceIssuer, type Validity } from '../pki/issue-device.ts'
import type { Fleet, FleetDevice, FleetFile } from './fleet.ts'
import { type PlatformClient, textOf } from './platform-client.ts'
import { planReports } from './reports.ts'
import { readProduct, type SimulatedProduct, simulatedSensor, type WireProduct } from './product.ts'

export interface FleetWish {
  readonly devices: number
  readonly auth: 'x509' | 'secret'
  /** Undefined: a product of the simulator's own. */
  readonly productId: string | undefined
  /** True: the devices may come without TLS. */
  readonly isPlain: boolean
}

export interface MakeFleetDeps {
  readonly client: PlatformClient
  readonly projectId: string
  readonly origin: string
  readonly file: FleetFile
  /** Of the devices of an earlier run, when it is to go on. */
  readonly earlier: Fleet | undefined
  readonly signal: AbortSignal
  /** Called as devices become ready. */
  onProgress(ready: number): void
}

export interface MadeFleet {
  readonly product: SimulatedProduct
  readonly devices: readonly FleetDevice[]
}

const DAY = 24 * 3_600_000

/**
 * Sees to it that the platform knows as many devices as are wished for: those of an earlier run first, then new ones,
 * with a certificate each of a CA of the simulator's own or with a secret each. Every thing that is made stands in the
 * file, so that it can be removed. Throws {@link OperatorError} with the platform's own sentence when it refuses, and
 * when `signal` aborts.
 */
export async function makeFleet(wish: FleetWish, deps: MakeFleetDeps): Promise<MadeFleet> {
  const { client, projectId, file, earlier, signal, onProgress } = deps
  const known = earlier?.productId ?? wish.productId
  // Looked at before anything is made: a wrong id, or a model with nothing to report, must leave nothing behind.
  const found = known === undefined ? undefined : await findProduct(known, deps)
  const fleet = earlier ?? beginFleet(wish, deps)
  const product = found ?? (await makeProduct(fleet.productId, deps))
  const devices = fleet.devices.slice(0, wish.devices)
  if (devices.length === wish.devices) return { product, devices }

  const issuer = fleet.auth === 'x509' ? await openCa(fleet, deps) : undefined
  let number = fleet.devices.length
  onProgress(devices.length)
  while (devices.length < wish.devices) {
    if (signal.aborted) throw new OperatorError('Stopped before the devices were ready.')
    const count = Math.min(limits.batchDevicesMax, wish.devices - devices.length)
    const batch = Array.from({ length: count }, () =>
      newDevice(`sim-${fleet.tag}-${String(++number).padStart(5, '0')}`, product.productId, wish, issuer),
    )
    // Before the platform is asked: what may exist must be known to who cleans up.
    file.addDevices(batch.map(({ device }) => device))
    await register(
      batch.map(({ row }) => row),
      client,
      projectId,
    )
    devices.push(...batch.map(({ device }) => device))
    onProgress(devices.length)
  }
  return { product, devices }
}

function beginFleet(wish: FleetWish, { file, projectId, origin }: MakeFleetDeps): Fleet {
  const tag = randomBytes(3).toString('hex')
  const head = {
    projectId,
    origin,
    productId: wish.productId ?? `simulated_sensor_${tag}`,
    ownsProduct: wish.productId === undefined,
    auth: wish.auth,
    tag,
  }
  file.begin(head)
  return { ...head, ca: undefined, devices: [] }
}

async function findProduct(
  productId: string,
  { client, projectId }: MakeFleetDeps,
): Promise<SimulatedProduct> {
  const wire = await client.call('GET', `/v5/iot/${projectId}/products/${encodeURIComponent(productId)}`)
  // The platform's answer is of the type that its API document says.
  const product = readProduct(wire as unknown as WireProduct)
  if (planReports(product.services).properties === 0)
    throw new OperatorError(
      `The product ${product.name} has no property that a device could report; add one to its model, or leave --product out.`,
    )
  return product
}

async function makeProduct(
  productId: string,
  { client, projectId }: MakeFleetDeps,
): Promise<SimulatedProduct> {
  const body = { product_id: productId, ...simulatedSensor }
  const wire = await client.call('POST', `/v5/iot/${projectId}/products`, body)
  return readProduct(wire as unknown as WireProduct)
}

/** The simulator's CA, made, uploaded and proven as far as that has not been done yet. */
async function openCa(fleet: Fleet, { client, projectId, file }: MakeFleetDeps): Promise<DeviceIssuer> {
  const path = `/v5/iot/${projectId}/certificates`
  const old = fleet.ca
  const { pem, keyPem } = old ?? makeDeviceCa(`Quayside simulator ${fleet.tag}`, validity())
  const issuer = openDeviceIssuer({ pem, keyPem })
  const known = old
    ? await client.call('GET', `${path}/${old.certificateId}`)
    : await client.call('POST', path, { content: pem })
  const certificateId = textOf(known, 'certificate_id')
  if (!old) file.addCa({ certificateId, pem, keyPem })
  if ((known as JsonObject)['status'] === true) return issuer
  const proof = issuer.issue(textOf(known, 'verify_code'), validity())
  await client.call('POST', `${path}/${certificateId}/action?action_id=verify`, { verify_content: proof.pem })
  return issuer
}

/** A year, from yesterday, in case the platform's clock is behind. */
function validity(): Validity {
  const now = Date.now()
  return { from: now - DAY, to: now + 365 * DAY }
}

function newDevice(
  nodeId: string,
  productId: string,
  { isPlain }: FleetWish,
  issuer: DeviceIssuer | undefined,
): { readonly device: FleetDevice; readonly row: JsonObject } {
  const deviceId = `${productId}_${nodeId}`
  const common = { device_id: deviceId, node_id: nodeId, product_id: productId, device_name: nodeId }
  if (issuer) {
    const { pem, keyPem, fingerprint } = issuer.issue(nodeId, validity())
    return {
      device: { deviceId, credential: { kind: 'x509', certificate: pem, key: keyPem } },
      row: { ...common, auth_type: 'CERTIFICATES', fingerprint },
    }
  }
  const secret = randomBytes(16).toString('hex')
  return {
    device: { deviceId, credential: { kind: 'secret', secret } },
    row: { ...common, auth_type: 'SECRET', secret, secure_access: !isPlain },
  }
}

async function register(
  rows: readonly JsonObject[],
  client: PlatformClient,
  projectId: string,
): Promise<void> {
  const answer = (await client.call('POST', `/quayside/v1/${projectId}/devices/batch`, {
    devices: rows,
  })) as { readonly results?: readonly JsonObject[] } & JsonValue
  const refused = answer.results?.find(({ outcome }) => outcome === 'refused')
  if (refused)
    throw new OperatorError(
      `The platform did not register ${textOf(refused, 'node_id')}: ${textOf(refused, 'error_msg')}`,
    )
}
