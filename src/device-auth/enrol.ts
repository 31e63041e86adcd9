import { type Ids, parseRowKey, type ProjectId, type SpaceId } from '../base/ids.ts'
import type { Clock, Instant } from '../base/instant.ts'
import type { JsonObject } from '../base/json.ts'
import type { Limits } from '../base/limits.ts'
import type { CaCertificate } from '../domain/certificate/ca-certificate.ts'
import type { Problem } from '../domain/certificate/leaf-problems.ts'
import type { Device } from '../domain/device/device.ts'
import type { AuditEntry } from '../domain/entry/entry.ts'
import type { CaEnrolment, EnrolmentAnswer, EnrolmentRequest } from '../domain/provisioning/enrolment.ts'
import { type FilledDevice, fillTemplate } from '../domain/provisioning/fill-template.ts'
import type { DevicePolicy } from '../domain/policy/device-policy.ts'
import type { ProvisioningTemplate } from '../domain/provisioning/template.ts'
import { defaultDesired } from '../domain/shadow/default-desired.ts'
import { decodeCertificate } from '../pki/decode.ts'
import { readSubjectFields } from '../pki/subject-fields.ts'
import { findCaCertificate } from '../store/ca-certificates.ts'
import { bindPolicy, findDevicePolicy } from '../store/device-policies.ts'
import { markDesired } from '../store/desired-due.ts'
import { findDeviceAnywhere, findDeviceByNode, insertDevice } from '../store/devices.ts'
import { addToOutbox } from '../store/outbox.ts'
import { findProduct, findProductByKey } from '../store/products.ts'
import { findTemplate } from '../store/provisioning-templates.ts'
import { countSelfRegistered, saveSelfRegistered } from '../store/self-registered.ts'
import type { Store } from '../store/store.ts'
import { inTransaction } from '../store/transaction.ts'
import { prepareByGroup } from './enrol-by-group.ts'
import type { Prepared } from './prepared.ts'

type EnrolmentLimits = Pick<Limits, 'selfRegisteredDevicesMax'>

export interface EnrolmentDeps {
  readonly store: Store
  readonly clock: Clock
  readonly ids: Ids
  readonly limits: EnrolmentLimits & Pick<Limits, 'enrolmentsMax'>
  drainOutbox(): Promise<void>
  audit(device: Device, entry: AuditEntry): Promise<void>
}

export interface Enrolment {
  /**
   * Registers the device of a certificate, once: of two connections at the same time one registers it. It is committed
   * when this resolves. Everything is looked at again in the transaction, since a template or a CA may have changed.
   */
  enrol(request: EnrolmentRequest): Promise<EnrolmentAnswer>
}

/** Devices that register themselves, by the template of their CA or by their group (device protocol §2.6); on the thread that writes. */
export function createEnrolment(deps: EnrolmentDeps): Enrolment {
  const { store, clock, ids, limits } = deps
  let underWay = 0

  async function register(request: EnrolmentRequest): Promise<EnrolmentAnswer> {
    const made = await inTransaction(store, async (tx) => {
      const prepared = await prepareEnrolment(tx, request, clock.now(), limits)
      if (prepared === undefined || 'code' in prepared) return prepared
      const device: Device = { ...prepared.device, key: ids.rowKey() }
      if ((await insertDevice(tx, device)) !== 'created') return undefined
      await saveSelfRegistered(tx, device.key, prepared.by.key)
      for (const policy of prepared.policies ?? [])
        await bindPolicy(tx, policy, { type: 'device', deviceId: device.deviceId }, ids.rowKey())
      const desired = await defaultsOf(tx, device)
      if (Object.keys(desired).length > 0) await markDesired(tx, device)
      const body = { change: 'device-created', desired } as const
      await addToOutbox(tx, { id: ids.rowKey(), at: clock.now(), device, body })
      return { ...prepared, device }
    })
    if (made === undefined) return { kind: 'exists' }
    if ('code' in made) return { kind: 'refused', problem: made }
    const { device, remark, actor, detail } = made
    await deps.drainOutbox()
    // No notice goes out: nobody remembers that there was no device, and it would make the listener judge anew.
    await deps.audit(device, {
      ...{ action: 'device.register', actor, address: request.address, target: device.deviceId },
      ...{ outcome: 'done', detail },
    })
    return { kind: 'registered', remark }
  }

  return {
    async enrol(request) {
      if (underWay >= limits.enrolmentsMax)
        return { kind: 'refused', problem: { code: 'provisioning-busy', params: {} } }
      underWay++
      try {
        return await register(request)
      } finally {
        underWay--
      }
    },
  }
}

/** What is desired of it from the start, as of a device that the API registers (device protocol §4.4). */
async function defaultsOf(
  store: Store,
  { productKey }: Pick<Device, 'productKey'>,
): Promise<{ readonly [serviceId: string]: JsonObject }> {
  const product = await findProductByKey(store, productKey)
  return Object.fromEntries(
    [...defaultDesired(product?.services ?? [])].map(([serviceId, values]) => [
      serviceId,
      Object.fromEntries(values),
    ]),
  )
}

/** What would become of the request, with nothing written. */
export async function previewEnrolment(
  store: Store,
  request: EnrolmentRequest,
  now: Instant,
  limits: EnrolmentLimits,
): Promise<EnrolmentAnswer> {
  const prepared = await prepareEnrolment(store, request, now, limits)
  if (prepared === undefined) return { kind: 'exists' }
  if ('code' in prepared) return { kind: 'refused', problem: prepared }
  return { kind: 'registered', remark: prepared.remark }
}

/** As verdicts call a CA. */
export const nameOf = ({ commonName, subject }: CaCertificate): string => commonName || subject

/** Undefined: there is a device of that id by now. */
async function prepareEnrolment(
  store: Store,
  request: EnrolmentRequest,
  now: Instant,
  { selfRegisteredDevicesMax: max }: EnrolmentLimits,
): Promise<Prepared | Problem | undefined> {
  if (await findDeviceAnywhere(store, request.deviceId)) return undefined
  const prepared = await (request.by === 'ca'
    ? prepareByCa(store, request, now)
    : prepareByGroup(store, request, now))
  if ('code' in prepared) return prepared
  const { key, name } = prepared.by
  // Whoever has the secret of a group, or the key of a CA, has as many names as there are letters.
  if ((await countSelfRegistered(store, key)) >= max)
    return { code: 'provisioning-too-many', params: { by: name, max } }
  return prepared
}

async function prepareByCa(
  store: Store,
  { projectId, caKey, leaf, deviceId }: CaEnrolment & Pick<EnrolmentRequest, 'deviceId'>,
  now: Instant,
): Promise<Prepared | Problem> {
  const ca = await findCaCertificate(store, projectId, caKey)
  const decoded = decodeCertificate(leaf)
  if (!ca || !decoded) return { code: 'provisioning-off', params: { ca: ca ? nameOf(ca) : caKey } }
  const template = await findBoundTemplate(store, ca)
  if ('code' in template) return template
  const filling = fillTemplate(template, readSubjectFields(leaf))
  if (filling.kind === 'refused') return filling.problem
  const made = filling.device
  if (made.deviceId !== deviceId) {
    const params = { template: template.name, made: made.deviceId, deviceId }
    return { code: 'provisioning-other-device', params }
  }
  const device = await makeDevice(store, { made, template, now, projectId, spaceId: ca.spaceId })
  if ('code' in device) return device
  const policies = await findPolicies(store, template, device)
  if ('code' in policies) return policies
  const fingerprint = decoded.facts.sha256
  return {
    policies,
    by: { key: ca.key, name: nameOf(ca) },
    device: { ...device, auth: { type: 'CERTIFICATES', fingerprint, secureAccess: true, timeoutSeconds: 0 } },
    remark: { code: 'device-registered', params: { deviceId, template: template.name, ca: nameOf(ca) } },
    actor: `template:${template.name}`,
    detail: { template_id: template.key, certificate_id: ca.key, fingerprint },
  }
}

/** A policy is for what lies in its own resource space. */
export async function findPolicies(
  store: Store,
  { name: template, body: { policyIds } }: Pick<ProvisioningTemplate, 'name' | 'body'>,
  { projectId, spaceId }: Pick<Device, 'projectId' | 'spaceId'>,
): Promise<readonly DevicePolicy[] | Problem> {
  const policies: DevicePolicy[] = []
  for (const policyId of policyIds) {
    const key = parseRowKey(policyId)
    const policy = key && (await findDevicePolicy(store, projectId, key))
    if (policy?.spaceId !== spaceId)
      return { code: 'provisioning-policy-missing', params: { template, policyId } }
    policies.push(policy)
  }
  return policies
}

/** The template of a CA that opens this door now; else what is missing. */
export async function findBoundTemplate(
  store: Store,
  ca: CaCertificate,
): Promise<ProvisioningTemplate | Problem> {
  const params = { ca: nameOf(ca) }
  if (!ca.verified) return { code: 'certificate-ca-unverified', params: { issuer: nameOf(ca) } }
  if (!ca.provisionEnable) return { code: 'provisioning-off', params }
  const { templateId } = ca
  if (templateId === undefined) return { code: 'provisioning-template-unbound', params }
  const key = parseRowKey(templateId)
  const template = key && (await findTemplate(store, ca.projectId, key))
  return template ?? { code: 'provisioning-template-gone', params: { ...params, templateId } }
}

/**
 * A device lies in the space of its product: the one in the CA's space, else the one that the reference would take
 * (northbound §3.4).
 */
export async function makeDevice(
  store: Store,
  {
    made,
    projectId,
    spaceId,
    template,
    now,
  }: {
    made: FilledDevice
    projectId: ProjectId
    spaceId?: SpaceId
    template: Pick<ProvisioningTemplate, 'name'>
    now: Instant
  },
): Promise<Omit<Device, 'key' | 'auth'> | Problem> {
  const { productId, nodeId } = made
  const product =
    (spaceId && (await findProduct(store, projectId, productId, spaceId))) ??
    (await findProduct(store, projectId, productId))
  if (!product)
    return { code: 'provisioning-product-missing', params: { template: template.name, productId } }
  if (await findDeviceByNode(store, product.key, nodeId))
    return { code: 'provisioning-node-taken', params: { template: template.name, productId, nodeId } }
  return {
    projectId,
    spaceId: product.spaceId,
    productKey: product.key,
    productId,
    deviceId: made.deviceId,
    nodeId,
    ...(made.name !== undefined && { name: made.name }),
    frozen: false,
    tags: made.tags,
    createdAt: now,
  }
}
