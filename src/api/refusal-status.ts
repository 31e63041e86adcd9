import type { RefusalName } from '../base/refusal.ts'

export interface RefusalStatus {
  readonly status: 400 | 401 | 403 | 404 | 411 | 413 | 416 | 429 | 503 | 507
  /** What the reference's operations say; ours say `QS.` and the refusal's name (contracts §1). */
  readonly code: `IOTDA.${number}`
}

const refuse = <S extends RefusalStatus['status']>(status: S, code: RefusalStatus['code']) => ({
  status,
  code,
})

/**
 * Every refusal's HTTP status and error code: northbound §2.3 where it names one, its classes of failure where it
 * does not (400 IOTDA.000006 for what the caller got wrong, a 404 of the .014xxx family for an object that is not
 * there). The only place that knows them.
 */
export const refusalStatus = {
  'malformed-json': refuse(400, 'IOTDA.000008'),
  'body-too-large': refuse(403, 'IOTDA.021105'),
  'unsupported-media-type': refuse(400, 'IOTDA.000008'),
  'invalid-input': refuse(400, 'IOTDA.000006'),
  'invalid-limit': refuse(400, 'IOTDA.000017'),
  'invalid-offset': refuse(400, 'IOTDA.000017'),
  'invalid-marker': refuse(400, 'IOTDA.000018'),
  'invalid-time': refuse(400, 'IOTDA.000009'),
  'invalid-time-range': refuse(400, 'IOTDA.000010'),
  'route-not-found': refuse(404, 'IOTDA.000029'),

  'not-authenticated': refuse(401, 'IOTDA.000002'),
  'authentication-failed': refuse(401, 'IOTDA.000002'),
  'device-login-failed': refuse(401, 'IOTDA.000002'),
  'device-token-invalid': refuse(403, 'IOTDA.000004'),
  'uplink-refused': refuse(400, 'IOTDA.000006'),
  'child-not-of-gateway': refuse(400, 'IOTDA.021104'),
  'too-many-children': refuse(403, 'IOTDA.021103'),
  'csrf-token-wrong': refuse(403, 'IOTDA.000004'),
  'foreign-origin': refuse(403, 'IOTDA.000004'),
  'clock-skew': refuse(401, 'IOTDA.000002'),
  'login-failed': refuse(401, 'IOTDA.000002'),
  'invalid-token': refuse(403, 'IOTDA.000004'),
  'old-password-wrong': refuse(400, 'IOTDA.000006'),
  'access-key-not-found': refuse(404, 'IOTDA.000006'),
  'access-key-quota': refuse(400, 'IOTDA.000006'),
  'foreign-project': refuse(403, 'IOTDA.000021'),
  // Not 429: Terraform then waits 2, 4, 8 … minutes (northbound §2.3).
  'too-many-requests': refuse(403, 'IOTDA.021101'),
  'too-many-bodies': refuse(503, 'IOTDA.000001'),
  'too-many-streams': refuse(429, 'IOTDA.021102'),

  'space-not-found': refuse(403, 'IOTDA.001000'),
  'space-name-taken': refuse(400, 'IOTDA.001001'),
  'space-quota': refuse(400, 'IOTDA.001001'),
  'space-is-default': refuse(400, 'IOTDA.001001'),
  'space-in-use': refuse(400, 'IOTDA.001001'),

  'product-not-found': refuse(404, 'IOTDA.014501'),
  'product-exists': refuse(400, 'IOTDA.000006'),
  'product-in-use': refuse(400, 'IOTDA.000006'),
  'product-protocol-fixed': refuse(400, 'IOTDA.000006'),

  'certificate-not-found': refuse(404, 'IOTDA.014302'),
  'certificate-quota': refuse(400, 'IOTDA.014300'),
  'certificate-unreadable': refuse(400, 'IOTDA.014301'),
  'certificate-is-private-key': refuse(400, 'IOTDA.014301'),
  'certificate-is-der': refuse(400, 'IOTDA.014301'),
  'certificate-bundle': refuse(400, 'IOTDA.014301'),
  'certificate-not-ca': refuse(400, 'IOTDA.014301'),
  'certificate-expired': refuse(400, 'IOTDA.014301'),
  'certificate-weak': refuse(400, 'IOTDA.014301'),
  'certificate-exists': refuse(400, 'IOTDA.014301'),
  'certificate-proof-failed': refuse(400, 'IOTDA.014307'),

  'template-not-found': refuse(404, 'IOTDA.000006'),
  'template-quota': refuse(400, 'IOTDA.000006'),
  'template-in-use': refuse(400, 'IOTDA.000006'),
  'group-not-found': refuse(404, 'IOTDA.000006'),
  'group-exists': refuse(400, 'IOTDA.000006'),
  'group-quota': refuse(400, 'IOTDA.000006'),

  'connection-not-found': refuse(404, 'IOTDA.000006'),

  'device-not-found': refuse(404, 'IOTDA.014000'),
  'device-exists': refuse(400, 'IOTDA.014031'),
  'node-exists': refuse(400, 'IOTDA.014031'),
  'gateway-not-found': refuse(404, 'IOTDA.014000'),
  'gateway-too-deep': refuse(400, 'IOTDA.000006'),
  'device-has-children': refuse(400, 'IOTDA.000006'),
  'device-not-child': refuse(400, 'IOTDA.000006'),
  'device-is-child': refuse(400, 'IOTDA.000006'),
  'gateway-unchanged': refuse(400, 'IOTDA.000006'),
  'gateway-of-itself': refuse(400, 'IOTDA.000006'),
  'own-children-quota': refuse(400, 'IOTDA.000006'),
  'device-not-direct': refuse(400, 'IOTDA.014038'),
  'device-already-frozen': refuse(400, 'IOTDA.014038'),
  'device-not-frozen': refuse(400, 'IOTDA.014039'),
  'fingerprint-unreadable': refuse(400, 'IOTDA.000006'),
  'service-not-in-model': refuse(400, 'IOTDA.013002'),
  'property-not-in-model': refuse(400, 'IOTDA.013002'),
  'shadow-version-differs': refuse(400, 'IOTDA.000006'),
  'shadow-full': refuse(400, 'IOTDA.000006'),

  'policy-not-found': refuse(404, 'IOTDA.014601'),
  'policy-exists': refuse(400, 'IOTDA.000006'),
  'policy-quota': refuse(400, 'IOTDA.000006'),
  'policy-target-elsewhere': refuse(400, 'IOTDA.000006'),
  'policy-target-quota': refuse(400, 'IOTDA.000006'),
  'policy-not-bound': refuse(400, 'IOTDA.000006'),

  'bridge-not-found': refuse(404, 'IOTDA.000006'),
  'bridge-exists': refuse(400, 'IOTDA.000006'),
  'bridge-quota': refuse(400, 'IOTDA.000006'),

  'device-offline': refuse(403, 'IOTDA.014016'),
  'device-busy': refuse(403, 'IOTDA.021102'),
  'device-packet-limit': refuse(400, 'IOTDA.000006'),
  'downlink-too-large': refuse(400, 'IOTDA.000006'),
  'too-many-waiting': refuse(403, 'IOTDA.021101'),
  'message-exists': refuse(400, 'IOTDA.000006'),
  'message-not-found': refuse(404, 'IOTDA.014113'),
  'command-not-found': refuse(404, 'IOTDA.014113'),
  'command-queue-full': refuse(400, 'IOTDA.000006'),
  'command-service-unknown': refuse(400, 'IOTDA.014106'),
  'command-name-missing': refuse(400, 'IOTDA.014106'),
  'command-unknown': refuse(400, 'IOTDA.014106'),
  'command-parameter-unknown': refuse(400, 'IOTDA.014106'),
  'command-parameter-missing': refuse(400, 'IOTDA.014106'),
  'command-parameter-invalid': refuse(400, 'IOTDA.014106'),
  'property-not-writable': refuse(400, 'IOTDA.013002'),

  'config-task-not-found': refuse(404, 'IOTDA.000006'),
  'file-not-found': refuse(404, 'IOTDA.000006'),
  'file-address-wrong': refuse(403, 'IOTDA.000004'),
  'file-address-expired': refuse(403, 'IOTDA.000004'),
  'file-length-missing': refuse(411, 'IOTDA.000006'),
  'file-too-large': refuse(413, 'IOTDA.000006'),
  'file-size-wrong': refuse(400, 'IOTDA.000006'),
  'file-hash-wrong': refuse(400, 'IOTDA.000006'),
  'file-range-wrong': refuse(416, 'IOTDA.000006'),
  'file-quota': refuse(507, 'IOTDA.000006'),
  'files-too-many': refuse(507, 'IOTDA.000006'),
  'file-disk-full': refuse(507, 'IOTDA.000001'),
  'files-unreachable': refuse(503, 'IOTDA.000001'),
  'uploads-too-many': refuse(503, 'IOTDA.000001'),

  'store-unavailable': refuse(503, 'IOTDA.000001'),
} as const satisfies Record<RefusalName, RefusalStatus>

/** A fault of ours: the caller learns no more than the request's id (safety S12). */
export const internalFault = { status: 500, code: 'IOTDA.000001' } as const
