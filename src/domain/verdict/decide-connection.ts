import assert from 'node:assert'
import type { PathFacts } from '../../base/chain-facts.ts'
import type { Fingerprint } from '../../base/ids.ts'
import type { Instant } from '../../base/instant.ts'
import { limits } from '../../base/limits.ts'
import type { Bridge } from '../bridge/bridge.ts'
import { CLIENT_ID_BYTES_MAX, diagnoseClientId, parseClientId } from '../device/client-id.ts'
import type { Device } from '../device/device.ts'
import { formatHour, hoursAhead } from '../device/signed-hour.ts'
import { answerOf } from './answers.ts'
import type { ConnectFacts, ConnectionBounds, ConnectionFacts, Question } from './connection-question.ts'
import { judgeCertificate } from './judge-certificate.ts'
import { judgePassword } from './judge-password.ts'
import { clip, failed, passed, skipped, type StepName } from './judged-step.ts'
import { type ConnectionSubject, type ConnectionVerdict, isTlsListener, type Step } from './verdict.ts'

export interface ConnectionDecision {
  readonly verdict: ConnectionVerdict
  readonly isAccepted: boolean
  /** The fingerprint to pin before the peer is let in: the device has none yet. */
  readonly pin?: Fingerprint
  /** The path that the acceptance of an X.509 device rests on. */
  readonly path?: PathFacts
}

/**
 * May this connection in? The full answer, in the order of device protocol §2.8 and by the table of §2.5: every
 * step that can be judged is judged, the first failed one decides. Pure and synchronous; the listener, the
 * explanations and the tests ask the same function (design §3.2).
 *
 * `named` is the device, or the bridge, that the client id names, in whatever project; undefined when there is none. An
 * unknown one costs the same work as a wrong password (safety S2). `durationMicros` is 0: whoever measures fills it in.
 */
export function decideConnection(
  facts: ConnectionFacts,
  connect: ConnectFacts,
  named: Device | Bridge | undefined,
  now: Instant,
  bounds: ConnectionBounds = limits,
): ConnectionDecision {
  const clientId = parseClientId(connect.clientId)
  const question: Question = { facts, connect, clientId, ...recordsOf(named), now, bounds }
  const certificate = judgeCertificate(question)
  const judged: readonly Step[] = [
    judgeTls(question),
    judgeProtocol(question),
    judgeServer(question),
    judgeClientId(question),
    judgeKeepAlive(question),
    judgeUsername(question),
    judgeDevice(question),
    judgeSignedHour(question),
    judgePassword(question, certificate.isProven),
    ...certificate.steps,
    judgeFrozen(question),
    judgeSecureAccess(question),
  ]
  const steps = judged.map((step) =>
    facts.notGiven?.has(step.name as StepName) ? skipped(step.name as StepName) : step,
  )
  const { outcome, code, params } = conclude(steps, question)
  const isAccepted = outcome !== 'refused'
  return {
    isAccepted,
    ...(isAccepted && certificate.pin && { pin: certificate.pin }),
    ...(isAccepted && certificate.path && { path: certificate.path }),
    verdict: {
      kind: 'connection',
      outcome,
      code,
      params,
      steps,
      answer: answerOf(code),
      subject: describeSubject(question),
      at: now,
      durationMicros: 0,
    },
  }
}

const recordsOf = (named: Device | Bridge | undefined): Pick<Question, 'record' | 'bridge'> =>
  named && 'bridgeId' in named ? { record: undefined, bridge: named } : { record: named, bridge: undefined }

/** Steps that somebody who asks for an explanation could have said something about. */
const askable: readonly StepName[] = [
  'client-id',
  'username',
  'device',
  'signed-hour',
  'password',
  'certificate',
  'chain',
  'fingerprint',
]

function conclude(
  steps: readonly Step[],
  { facts: { notGiven }, bridge }: Question,
): Pick<ConnectionVerdict, 'outcome' | 'code' | 'params'> {
  const failure = steps.find((step) => step.outcome === 'failed')
  if (failure) return told('refused', failure)
  const missing = askable.filter((name) => notGiven?.has(name))
  if (missing.length > 0)
    return { outcome: 'noted', code: 'connection-judged-in-part', params: { skipped: missing.join(', ') } }
  // The last remark has the most consequence: a pinned fingerprint over a subject that looks odd.
  const remark = steps.findLast((step) => step.outcome === 'noted')
  if (remark) return told('noted', remark)
  const code = bridge ? 'bridge-accepted' : 'connection-accepted'
  return { outcome: 'accepted', code, params: {} }
}

function told(
  outcome: ConnectionVerdict['outcome'],
  { code, params = {} }: Step,
): Pick<ConnectionVerdict, 'outcome' | 'code' | 'params'> {
  assert(code !== undefined, 'a step that decides has a code')
  return { outcome, code, params }
}

function describeSubject({ facts, connect, clientId, record, bridge }: Question): ConnectionSubject {
  const projectId = record?.projectId ?? bridge?.projectId ?? facts.projectId
  const isBridge = clientId?.kind === 'bridge'
  const deviceId = record?.deviceId ?? (isBridge ? undefined : clientId?.id)
  const bridgeId = facts.bridgeId ?? (isBridge ? clientId.id : undefined)
  const fingerprint = facts.chain?.certificates[0]?.sha256
  return {
    ...(projectId && { projectId }),
    ...(deviceId !== undefined && { deviceId }),
    ...(bridgeId !== undefined && { bridgeId }),
    ...(connect.clientId !== '' && { clientId: clip(connect.clientId) }),
    ...(connect.username !== undefined && { username: clip(connect.username) }),
    address: facts.address,
    listener: facts.listener,
    ...(fingerprint && { fingerprint }),
  }
}

function judgeTls({ facts: { tls, listener } }: Question): Step {
  if (!tls) return listener === 'mqtt' ? passed('tls', { listener }) : skipped('tls')
  const { version, cipher, serverName, resumed } = tls
  return passed('tls', { listener, version, cipher, sni: serverName ?? null, resumed })
}

function judgeProtocol({ connect: { protocolLevel: level } }: Question): Step {
  if (level === 3 || level === 4 || level === 5) return passed('protocol', { level })
  return failed(
    'protocol',
    { code: 'protocol-version-unsupported', params: { level } },
    { level },
    { levels: [3, 4, 5] },
  )
}

function judgeServer({ facts: { server, address } }: Question): Step {
  switch (server ?? 'ready') {
    case 'unavailable':
      return failed('server', { code: 'server-unavailable', params: {} })
    case 'busy':
      return failed('server', { code: 'server-busy', params: {} })
    case 'connection-rate':
      return failed('server', { code: 'connection-rate', params: { address } })
    case 'ready':
      return passed('server')
  }
}

function judgeClientId({ connect, clientId, record, now }: Question): Step {
  if (clientId) {
    const { id, kind, signType, timestamp } = clientId
    return passed('client-id', { id, kind, sign_type: signType, hour: timestamp })
  }
  const { code, ...parts } = diagnoseClientId(connect.clientId)
  const example = `${record?.deviceId ?? 'demo_lamp1'}_0_0_${formatHour(now)}`
  const shown = Object.fromEntries(
    Object.entries(parts).map(([name, value]) => [name, typeof value === 'string' ? clip(value) : value]),
  )
  const params = {
    ...shown,
    ...(code === 'client-id-too-long' && { max: CLIENT_ID_BYTES_MAX }),
    ...(code === 'client-id-incomplete' || code === 'client-id-provisioning'
      ? { clientId: clip(connect.clientId) }
      : {}),
    example: code === 'client-id-timestamp' ? formatHour(now) : example,
  }
  return failed('client-id', { code, params }, { client_id: clip(connect.clientId) }, { example })
}

function judgeKeepAlive({ connect: { keepAliveSeconds: seconds }, bounds }: Question): Step {
  const { keepAliveSecondsMin: min, keepAliveSecondsMax: max } = bounds
  if (seconds >= min && seconds <= max) return passed('keep-alive', { seconds })
  return failed(
    'keep-alive',
    { code: 'keep-alive-out-of-range', params: { seconds, min, max } },
    { seconds },
    { min, max },
  )
}

function judgeUsername({ connect: { username }, clientId }: Question): Step {
  if (!clientId) return skipped('username')
  const { id: deviceId } = clientId
  if (username === deviceId) return passed('username', { username })
  const expected = { username: deviceId }
  if (clientId.kind === 'bridge')
    return failed(
      'username',
      { code: 'bridge-username', params: { username: clip(username ?? ''), bridgeId: deviceId } },
      { username: username === undefined ? null : clip(username) },
      expected,
    )
  if (username === undefined || username === '')
    return failed(
      'username',
      { code: 'username-missing', params: { deviceId } },
      { username: username ?? null },
      expected,
    )
  const shown = clip(username)
  return failed(
    'username',
    { code: 'username-mismatch', params: { username: shown, deviceId } },
    { username: shown },
    expected,
  )
}

function judgeDevice({ clientId, record, bridge, facts }: Question): Step {
  if (bridge) return passed('device', { bridge_id: bridge.bridgeId })
  if (clientId?.kind === 'bridge')
    return failed(
      'device',
      { code: 'bridge-unknown', params: { bridgeId: clientId.id } },
      { bridge_id: clientId.id },
    )
  if (!record) {
    const named = clientId?.id ?? facts.deviceId
    if (named === undefined) return skipped('device')
    const deviceId = clip(named)
    return failed('device', { code: 'device-unknown', params: { deviceId } }, { device_id: deviceId })
  }
  const { deviceId, gatewayId, auth } = record
  if (gatewayId !== undefined)
    return failed(
      'device',
      { code: 'device-is-child', params: { deviceId, gatewayId } },
      { gateway_id: gatewayId },
    )
  return passed('device', { device_id: deviceId, auth_type: auth.type })
}

function judgeSignedHour({ clientId, now, bounds }: Question): Step {
  if (!clientId) return skipped('signed-hour')
  const { signType, timestamp: sent } = clientId
  if (signType === 0) return passed('signed-hour', { hour: sent, checked: false })
  const ours = formatHour(now)
  const { signedHourBehindMax: behind, signedHourAheadMax: ahead } = bounds
  const seen = { hour: sent, checked: true }
  const expected = { hour: ours, behind, ahead }
  const difference = hoursAhead(sent, now)
  if (difference === undefined)
    return failed('signed-hour', { code: 'signed-hour-unreadable', params: { sent, ours } }, seen, expected)
  if (difference >= -behind && difference <= ahead) return passed('signed-hour', { ...seen, difference })
  const params = { sent, ours, difference: Math.abs(difference), behind, ahead }
  return failed('signed-hour', { code: 'signed-hour-outside', params }, { ...seen, difference }, expected)
}

function judgeFrozen({ record }: Question): Step {
  if (!record) return skipped('frozen')
  const { deviceId, frozen } = record
  return frozen
    ? failed('frozen', { code: 'device-frozen', params: { deviceId } }, { frozen })
    : passed('frozen')
}

function judgeSecureAccess({ record, facts: { listener } }: Question): Step {
  if (!record) return skipped('secure-access')
  const { deviceId, auth } = record
  if (!auth.secureAccess || isTlsListener(listener))
    return passed('secure-access', { secure_access: auth.secureAccess })
  return failed(
    'secure-access',
    { code: 'tls-required', params: { deviceId } },
    { listener },
    { listener: 'mqtts' },
  )
}
