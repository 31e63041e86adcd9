import type { PathFacts } from '../../base/chain-facts.ts'
import type { DeviceId, RowKey } from '../../base/ids.ts'
import type { Problem } from '../certificate/leaf-problems.ts'
import { formatHour } from '../device/signed-hour.ts'
import type { Question } from './connection-question.ts'
import { clip, failed, noted, passed, skipped } from './judged-step.ts'
import type { Step } from './verdict.ts'

/** The device to register before the peer is let in. */
export type ToEnrol = { readonly deviceId: DeviceId } & (
  | { readonly by: 'ca'; readonly caKey: RowKey }
  | { readonly by: 'group'; readonly scope: string; readonly signType: 0 | 1 | 2 }
)

type Asked = Pick<Question, 'facts' | 'record' | 'clientId'> & Partial<Pick<Question, 'bridge'>>

/** It says of itself, by its certificate or by its group, which device it is that nobody registered (device protocol §2.6). */
export const isEnrolling = ({ facts, record, clientId }: Asked): boolean =>
  !record &&
  clientId?.kind === 'device' &&
  (clientId.scope === undefined ? facts.enrolment !== undefined : facts.group !== undefined)

/** What the peer must prove itself by, as far as it is known. */
export function methodOf({ record, bridge, facts: { group } }: Asked): 'SECRET' | 'CERTIFICATES' | undefined {
  if (bridge) return 'SECRET'
  return record ? record.auth.type : group?.method
}

/** A client id that names a registration group which is not there means nothing here (vector C17). */
export function findUnknownGroup({
  facts: { group },
  connect,
  clientId,
  now,
}: Question): Problem | undefined {
  if (clientId?.scope === undefined || group) return undefined
  const example = `${clip(clientId.id)}_0_0_${formatHour(now)}`
  const params = { clientId: clip(connect.clientId), scope: clip(clientId.scope), example }
  return { code: 'group-unknown', params }
}

/** Step `group`, of client ids that name one. */
export function judgeGroup({ facts: { group }, clientId }: Question): Step {
  if (clientId?.scope === undefined || !group) return skipped('group')
  const { scope, name, method, enabled } = group
  const seen = { scope_id: scope, name, method, enabled }
  const params = { group: name, scope }
  if (!enabled) return failed('group', { code: 'group-disabled', params }, seen, { enabled: true })
  const isSigned = clientId.timestamp !== ''
  if (method === 'SECRET' && !isSigned) return failed('group', { code: 'group-wants-secret', params }, seen)
  if (method === 'CERTIFICATES' && isSigned)
    return failed('group', { code: 'group-wants-certificate', params }, seen)
  return passed('group', seen)
}

/** Step `provisioning`: may it be registered, or, of a group, does it belong to it? */
export function judgeEnrolment({ facts: { enrolment, group } }: Question, path: PathFacts | undefined): Step {
  if (group?.method === 'CERTIFICATES' && path && path.anchor.key !== group.caKey) {
    const params = { ca: path.anchor.name, group: group.name }
    return failed('provisioning', { code: 'group-ca-other', params })
  }
  switch (enrolment?.answer?.kind) {
    case 'refused':
      return failed('provisioning', enrolment.answer.problem)
    case 'registered':
      return noted('provisioning', enrolment.answer.remark)
    case 'exists':
    case undefined:
      return passed('provisioning')
  }
}

/** Of an acceptance: whom to register. Undefined when it is registered, or has been answered already. */
export function toEnrol(question: Question, path: PathFacts | undefined): ToEnrol | undefined {
  const { facts, clientId } = question
  if (!clientId || !isEnrolling(question) || facts.enrolment?.answer) return undefined
  const { id, scope, signType } = clientId
  const deviceId = id as DeviceId
  if (scope !== undefined) return { by: 'group', deviceId, scope, signType }
  return path && { by: 'ca', deviceId, caKey: path.anchor.key as RowKey }
}
