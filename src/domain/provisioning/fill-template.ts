import {
  type DeviceId,
  type NodeId,
  parseDeviceId,
  parseNodeId,
  parseProductId,
  type ProductId,
} from '../../base/ids.ts'
import type { SubjectFields } from '../../base/subject-fields.ts'
import type { Problem } from '../certificate/leaf-problems.ts'
import type { Device } from '../device/device.ts'
import { clip } from '../verdict/judged-step.ts'
import type { ProvisioningTemplate, TemplateValue } from './template.ts'

/** The device that a template makes of a certificate. */
export interface FilledDevice {
  readonly productId: ProductId
  readonly nodeId: NodeId
  readonly deviceId: DeviceId
  readonly name?: string
  readonly tags: Device['tags']
}

export type Filling =
  | { readonly kind: 'filled'; readonly device: FilledDevice }
  | { readonly kind: 'refused'; readonly problem: Problem }

const NAME_CHARS_MAX = 256
const TAG_KEY_CHARS_MAX = 64
const TAG_VALUE_CHARS_MAX = 128

/** Puts the fields of a subject into a template. Pure; the first member that cannot be made is the problem. */
export function fillTemplate(
  { name: template, body }: Pick<ProvisioningTemplate, 'name' | 'body'>,
  fields: SubjectFields,
): Filling {
  const problems: Problem[] = []
  function take<T>(
    member: string,
    from: TemplateValue | undefined,
    { parse, detail }: { parse: (text: string) => T | undefined; detail: string },
  ): T | undefined {
    if (from === undefined) return undefined
    const text = typeof from === 'string' ? from : fields[from.field]
    if (text === undefined) {
      const field = typeof from === 'string' ? '' : from.field
      problems.push({ code: 'provisioning-field-missing', params: { template, member, field } })
      return undefined
    }
    const value = parse(text)
    if (value === undefined)
      problems.push({
        code: 'provisioning-value-unfit',
        params: { template, member, value: clip(text, 128), detail },
      })
    return value
  }
  const { device } = body
  const productId = take('product_id', device.productId, { parse: parseProductId, detail: idDetail(36) })
  const nodeId = take('node_id', device.nodeId, { parse: parseNodeId, detail: idDetail(64) })
  const named = take('device_id', device.deviceId, { parse: parseDeviceId, detail: idDetail(128) })
  const name = take('device_name', device.deviceName, text(NAME_CHARS_MAX))
  const tags = device.tags.map((tag) => {
    const key = take('tag_key', tag.key, text(TAG_KEY_CHARS_MAX)) ?? ''
    const value = take('tag_value', tag.value, text(TAG_VALUE_CHARS_MAX))
    return { key, ...(value !== undefined && { value }) }
  })
  const [problem] = problems
  if (problem) return { kind: 'refused', problem }
  const deviceId = named ?? parseDeviceId(`${productId}_${nodeId}`)
  if (!productId || !nodeId || !deviceId) throw new Error('what has no problem has its parts')
  return {
    kind: 'filled',
    device: { productId, nodeId, deviceId, ...(name !== undefined && { name }), tags },
  }
}

const idDetail = (max: number) => `it must have 1 to ${max} letters, digits, _ and -`
const text = (max: number) => ({
  parse: (raw: string) => (raw.trim() !== '' && raw.length <= max ? raw : undefined),
  detail: `it must have 1 to ${max} characters`,
})
