import type { SubjectField, TemplateBody } from './templates.ts'

const PREFIX = 'iotda::certificate::'

/** Devices are named after the Common Name of their certificates: what most factories do. */
export const exampleText = (productId: string): string =>
  textOf({
    parameters: { [`${PREFIX}common_name`]: { type: 'String' } },
    resources: {
      device: {
        node_id: { ref: `${PREFIX}common_name` },
        device_name: { ref: `${PREFIX}common_name` },
        product_id: productId,
        tags: [{ tag_key: 'origin', tag_value: 'self-registered' }],
      },
    },
  })

export const textOf = (body: unknown): string => JSON.stringify(body, undefined, 2)

/** What was typed, if it is JSON and an object: whether it is a template the platform says. */
export const parseBody = (text: string): TemplateBody | undefined =>
  parseObject(text) as TemplateBody | undefined

export function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** The product that all devices of the template get; undefined where it is read from the certificate, or nowhere. */
export function productOf(text: string): string | undefined {
  const id = deviceOf(parseBody(text))?.['product_id']
  return typeof id === 'string' && id !== '' ? id : undefined
}

/** The same text with another product. */
export function withProduct(text: string, productId: string | undefined): string {
  const body = parseBody(text)
  const device = deviceOf(body)
  if (!body || !device) return text
  return textOf({
    ...body,
    resources: { ...body.resources, device: { ...device, product_id: productId ?? '' } },
  })
}

export const hasDevice = (text: string): boolean => deviceOf(parseBody(text)) !== undefined

/** Which members of the device are read from a field of the subject. */
export function readersOf(body: TemplateBody, field: SubjectField): readonly string[] {
  const isRead = (value: unknown): boolean => isObject(value) && value['ref'] === `${PREFIX}${field}`
  const { tags = [], ...members } = body.resources.device
  const names = Object.entries(members).flatMap(([name, value]) => (isRead(value) ? [name] : []))
  const tagNames = tags.flatMap(({ tag_key: key, tag_value: value }) => [
    ...(isRead(key) ? ['tag_key'] : []),
    ...(isRead(value) ? [typeof key === 'string' ? `tag ${key}` : 'tag_value'] : []),
  ])
  return [...names, ...tagNames]
}

function deviceOf(body: TemplateBody | undefined): Readonly<Record<string, unknown>> | undefined {
  const resources: unknown = body?.resources
  if (!isObject(resources)) return undefined
  const { device } = resources
  return isObject(device) ? device : undefined
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
