import type { JsonObject } from '../../base/json.ts'
import { type SubjectField, subjectFieldNames } from '../../base/subject-fields.ts'
import type { FieldReference, TemplateBody, TemplateValue } from './template.ts'

const PREFIX = 'iotda::certificate::'
const parameterNames: readonly string[] = subjectFieldNames.map((name) => `${PREFIX}${name}`)

/** The name of a field in templates: `iotda::certificate::common_name`. */
export const parameterName = (field: SubjectField): string => `${PREFIX}${field}`

/** Northbound §3.5: tags of a device. */
export const TEMPLATE_TAGS_MAX = 10
/** Device protocol §6.1: policies that a device can have. */
export const TEMPLATE_POLICIES_MAX = 5

/** Which member breaks which rule; the rules have their Chinese in `base/rules-zh.ts`. */
export interface TemplateFault {
  readonly field: string
  readonly rule: string
}

class Fault extends Error {
  readonly fault: TemplateFault
  constructor(field: string, rule: string) {
    super(rule)
    this.fault = { field, rule }
  }
}

/**
 * Reads `template_body` as the reference documents it (northbound §5.3), strictly: what it does not know is a slip that
 * would otherwise show when the first device comes.
 */
export function parseTemplateBody(raw: unknown): TemplateBody | TemplateFault {
  try {
    return readBody(raw)
  } catch (fault) {
    if (fault instanceof Fault) return fault.fault
    throw fault
  }
}

export const isTemplateFault = (read: TemplateBody | TemplateFault): read is TemplateFault => 'rule' in read

function readBody(raw: unknown): TemplateBody {
  const at = 'template_body'
  const body = members(raw, at, ['parameters', 'resources'])
  const parameters = readParameters(body.parameters, `${at}.parameters`)
  const resources = members(body.resources, `${at}.resources`, ['device', 'policy'])
  const place = `${at}.resources.device`
  const device = members(resources.device, place, [
    'device_name',
    'device_id',
    'node_id',
    'product_id',
    'tags',
  ])
  const reference = (name: string) => readReference(device[name], `${place}.${name}`, parameters)
  return {
    parameters,
    device: {
      nodeId: reference('node_id'),
      productId: readValue(device.product_id, `${place}.product_id`, { parameters, max: 36 }),
      ...(isGiven(device.device_id) && { deviceId: reference('device_id') }),
      ...(isGiven(device.device_name) && { deviceName: reference('device_name') }),
      tags: readList(device.tags, `${place}.tags`, TEMPLATE_TAGS_MAX).map((tag, index) =>
        readTag(tag, `${place}.tags[${index}]`, parameters),
      ),
    },
    policyIds: readPolicies(resources.policy, `${at}.resources.policy`),
  }
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== null

function members(raw: unknown, place: string, known: readonly string[]): Readonly<Record<string, unknown>> {
  if (!isGiven(raw)) throw new Fault(place, 'is required')
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw))
    throw new Fault(place, 'must be an object')
  const strange = Object.keys(raw).find((name) => !known.includes(name))
  if (strange !== undefined)
    throw new Fault(`${place}.${strange.slice(0, 64)}`, `is not known; there are ${known.join(', ')}`)
  return raw as Readonly<Record<string, unknown>>
}

function readParameters(raw: unknown, place: string): readonly SubjectField[] {
  const declared = members(raw, place, parameterNames)
  return subjectFieldNames.filter((field) => {
    const name = parameterName(field)
    if (!Object.hasOwn(declared, name)) return false
    const { type } = members(declared[name], `${place}.${name}`, ['type'])
    if (type !== 'String') throw new Fault(`${place}.${name}.type`, 'must be String')
    return true
  })
}

function readReference(raw: unknown, place: string, parameters: readonly SubjectField[]): FieldReference {
  const { ref } = members(raw, place, ['ref'])
  if (typeof ref !== 'string')
    throw new Fault(`${place}.ref`, isGiven(ref) ? 'must be a text' : 'is required')
  const field = parameters.find((one) => parameterName(one) === ref)
  if (field === undefined)
    throw new Fault(
      `${place}.ref`,
      'must be the name of a parameter of this template, such as iotda::certificate::common_name',
    )
  return { field }
}

function readValue(
  raw: unknown,
  place: string,
  { parameters, max }: { parameters: readonly SubjectField[]; max: number },
): TemplateValue {
  if (typeof raw !== 'string') return readReference(raw, place, parameters)
  if (raw === '') throw new Fault(place, 'must not be empty')
  if (raw.length > max) throw new Fault(place, `must have at most ${max} characters`)
  if (!/^[A-Za-z0-9_-]+$/.test(raw) && max === 36)
    throw new Fault(place, 'may hold only letters, digits, _ and -')
  if (/\p{Cc}/u.test(raw)) throw new Fault(place, 'must be one line, without control characters')
  return raw
}

function readTag(
  raw: unknown,
  place: string,
  parameters: readonly SubjectField[],
): { key: TemplateValue; value?: TemplateValue } {
  const tag = members(raw, place, ['tag_key', 'tag_value'])
  const key = readValue(tag.tag_key, `${place}.tag_key`, { parameters, max: 64 })
  if (!isGiven(tag.tag_value) || tag.tag_value === '') return { key }
  return { key, value: readValue(tag.tag_value, `${place}.tag_value`, { parameters, max: 128 }) }
}

function readList(raw: unknown, place: string, max: number): readonly unknown[] {
  if (!isGiven(raw)) return []
  if (!Array.isArray(raw)) throw new Fault(place, 'must be a list')
  if (raw.length > max) throw new Fault(place, `must have at most ${max} entries`)
  return raw
}

function readPolicies(raw: unknown, place: string): readonly string[] {
  if (!isGiven(raw)) return []
  const policy = members(raw, place, ['policy_ids'])
  return readList(policy.policy_ids, `${place}.policy_ids`, TEMPLATE_POLICIES_MAX).map((id, index) => {
    if (typeof id !== 'string') throw new Fault(`${place}.policy_ids[${index}]`, 'must be a text')
    if (!/^[0-9a-fA-F]{24}$/.test(id))
      throw new Fault(`${place}.policy_ids[${index}]`, 'must be 24 hex digits')
    return id.toLowerCase()
  })
}

/** The form that is stored, and shown by the API: {@link parseTemplateBody} reads it. */
export function templateBodyWire({ parameters, device, policyIds }: TemplateBody): JsonObject {
  const reference = ({ field }: FieldReference) => ({ ref: parameterName(field) })
  const value = (one: TemplateValue) => (typeof one === 'string' ? one : reference(one))
  return {
    parameters: Object.fromEntries(parameters.map((field) => [parameterName(field), { type: 'String' }])),
    resources: {
      device: {
        ...(device.deviceName && { device_name: reference(device.deviceName) }),
        ...(device.deviceId && { device_id: reference(device.deviceId) }),
        node_id: reference(device.nodeId),
        product_id: value(device.productId),
        ...(device.tags.length > 0 && {
          tags: device.tags.map((tag) => ({
            tag_key: value(tag.key),
            ...(tag.value !== undefined && { tag_value: value(tag.value) }),
          })),
        }),
      },
      ...(policyIds.length > 0 && { policy: { policy_ids: [...policyIds] } }),
    },
  }
}
