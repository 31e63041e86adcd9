import type { Bridge } from '../bridge/bridge.ts'
import type { Problem } from '../certificate/leaf-problems.ts'
import { diagnosePassword, isPasswordOf, signAlgorithm } from '../device/password.ts'
import { formatHour } from '../device/signed-hour.ts'
import type { Question } from './connection-question.ts'
import { failed, passed, skipped } from './judged-step.ts'
import type { Step } from './verdict.ts'

/** Work for those who have no secret to be tried; that a password fits it means nothing. */
const DUMMY_SECRET = '00000000000000000000000000000000'

/**
 * The password of a device that authenticates with a secret; skipped for the others. Two secrets are tried whoever
 * it is, and a wrong password is looked at for the same mistakes, so that neither an unknown device nor an X.509
 * device can be told from a wrong password by the time it takes (safety S2). `isProven`: a certificate has decided.
 */
export function judgePassword({ connect, clientId, record, bridge, now }: Question, isProven: boolean): Step {
  // Whoever has shown the device's certificate is told nothing by the time it takes.
  if (isProven) return skipped('password')
  const usesSecret = record?.auth.type === 'SECRET' || bridge !== undefined
  const secrets = [
    ...(record?.auth.type === 'SECRET' ? [record.auth.secret, record.auth.secondarySecret] : []),
    bridge?.secret,
  ].filter((secret) => secret !== undefined)
  const padding = Array.from({ length: 2 - secrets.length }, () => DUMMY_SECRET)
  const password = connect.password ?? new Uint8Array()
  const { signType, timestamp } = clientId ?? { signType: 0 as const, timestamp: '0000000000' }
  const question = { password, timestamp, signType }

  if (password.length === 0) return judgeAbsence(usesSecret, bridge)
  const fits = isPasswordOf(secrets, question)
  isPasswordOf(padding, question)
  if (fits && clientId)
    return passed('password', { sign_type: signType, algorithm: `HMAC-${signAlgorithm(signType)}` })
  const hours = [formatHour(now)]
  const mistake = diagnosePassword(secrets, question, hours)
  diagnosePassword(padding, question, hours)

  if (!usesSecret || !clientId) return skipped('password')
  const { code, ...found } = mistake ?? {
    code: bridge ? ('bridge-password-wrong' as const) : ('password-wrong' as const),
  }
  return failed(
    'password',
    { code, params: { timestamp, ...(bridge && !mistake && { bridgeId: bridge.bridgeId }), ...found } },
    { length: password.length },
    { length: 64 },
  )
}

/** No password, no work, whoever it is. */
function judgeAbsence(usesSecret: boolean, bridge: Bridge | undefined): Step {
  if (!usesSecret) return skipped('password')
  const problem: Problem = bridge
    ? { code: 'bridge-password-missing', params: { bridgeId: bridge.bridgeId } }
    : { code: 'password-missing', params: {} }
  return failed('password', problem, { length: 0 }, { length: 64 })
}
