import { call } from '../../api/client.ts'
import { asFields, type Draft, newDraft, type ValueRule } from './commands/values.ts'
import type { Place } from './device.ts'
import { sameJson, type ShadowService } from './shadow.ts'

export type Values = Readonly<Record<string, unknown>>

/**
 * What is desired of one service from now on; answers the shadows of all services after it. A null takes its property
 * away, no property at all the whole section (northbound §4.5).
 */
export async function changeDesired(
  { projectId, deviceId }: Place,
  serviceId: string,
  desired: Values,
): Promise<readonly ShadowService[]> {
  const { shadow } = await call('PUT /v5/iot/{project_id}/devices/{device_id}/shadow', {
    params: { project_id: projectId, device_id: deviceId },
    body: { shadow: [{ service_id: serviceId, desired }] },
  })
  return shadow
}

/** A form that is filled in with what is desired already. */
export function draftOf(rules: readonly ValueRule[], desired: Values): Draft {
  const { fields } = asFields(rules, { ...newDraft, json: JSON.stringify(desired) })
  // The platform takes 0 and 1 for a boolean too (device protocol §4.2); the list of choices has words.
  const worded = rules.flatMap(({ name, data_type: type }) => {
    const text = fields.get(name)
    if (text === undefined) return []
    return [[name, type === 'boolean' && /^[01]$/.test(text) ? String(text === '1') : text] as const]
  })
  return { fields: new Map(worded), json: undefined }
}

/**
 * What has to be sent so that `after`, as the form has it, is desired instead of what it was filled in with: what is new
 * or other, and null for what was emptied. What the form does not show stays. Undefined: nothing has changed.
 */
export function changesOf(desired: Values, filledIn: Draft, after: Values): Values | undefined {
  const has = new Map(Object.entries(after))
  const had = new Map(Object.entries(desired).filter(([name]) => (filledIn.fields.get(name) ?? '') !== ''))
  const changes = [
    ...[...has].filter(([name, value]) => !had.has(name) || !sameJson(had.get(name), value)),
    ...[...had.keys()].filter((name) => !has.has(name)).map((name) => [name, null] as const),
  ]
  return changes.length === 0 ? undefined : Object.fromEntries(changes)
}
