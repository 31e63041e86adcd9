import { call } from '../../../api/client.ts'
import type { KeyKind } from '../openssl-commands.ts'
import { uploadCertificate, verifyCertificate } from '../own-certificates.ts'
import type { Issued } from './issue.ts'
import { emptySubject, type Subject } from './subject.ts'

/** What is to be made, as the forms have it. */
export interface Plan {
  readonly projectId: string
  readonly ca: CertificatePlan
  readonly device: CertificatePlan
  /** Typed by hand, where the CA was uploaded elsewhere; '' otherwise. */
  readonly code: string
  readonly registration: Registration
}

export interface CertificatePlan {
  readonly subject: Subject
  readonly keyKind: KeyKind
  readonly days: number
}

export interface Registration {
  readonly product: { readonly product_id: string; readonly app_id: string } | undefined
  readonly nodeId: string
  readonly deviceName: string
}

/** What has been made and done so far. */
export interface Work {
  readonly ca?: Issued
  readonly certificateId?: string
  /** Verification code of the uploaded CA. */
  readonly code?: string
  readonly verification?: Issued
  readonly verified?: true
  readonly device?: Issued
  readonly registered?: RegisteredDevice
}

/** As much of a registered device as its connection kit needs. */
export interface RegisteredDevice {
  readonly device_id: string
  readonly node_id: string
  readonly auth_type: 'CERTIFICATES'
  readonly product_id: string
  readonly app_id: string
}

export type ActName = 'makeCa' | 'uploadCa' | 'makeVerification' | 'verify' | 'makeDevice' | 'register'

interface Act {
  readonly name: ActName
  readonly isDone: (work: Work) => boolean
  /** What it adds to the work; rejects with what the platform said. Called only when the acts before it are done. */
  readonly run: (work: Work, plan: Plan) => Promise<Work>
}

const VERIFICATION_DAYS = 500

/** All of it, in the order of the guide. Of what is made, the certificates alone are sent; no key ever is. */
export const acts: readonly Act[] = [
  {
    name: 'makeCa',
    isDone: ({ ca }) => ca !== undefined,
    run: async (_work, { ca }) => ({ ca: await (await issuing()).issueCa({ ...ca, now: Date.now() }) }),
  },
  {
    name: 'uploadCa',
    isDone: ({ certificateId }) => certificateId !== undefined,
    async run({ ca }, { projectId, registration }) {
      const uploaded = await uploadCertificate(projectId, needed(ca).pem, registration.product?.app_id)
      return { certificateId: uploaded.certificate_id, code: uploaded.verify_code }
    },
  },
  {
    name: 'makeVerification',
    // One made for another code, before the CA was uploaded here, proves nothing.
    isDone: ({ verification, code }) =>
      verification !== undefined && (code === undefined || verification.request.subject.commonName === code),
    async run({ ca, code }, plan) {
      const subject = { ...emptySubject, commonName: code ?? plan.code.trim() }
      const request = { subject, keyKind: plan.ca.keyKind, days: VERIFICATION_DAYS, now: Date.now() }
      return { verification: await (await issuing()).issueSigned(needed(ca), request) }
    },
  },
  {
    name: 'verify',
    isDone: ({ verified }) => verified === true,
    async run({ certificateId, verification }, { projectId }) {
      await verifyCertificate(projectId, needed(certificateId), needed(verification).pem)
      return { verified: true }
    },
  },
  {
    name: 'makeDevice',
    isDone: ({ device }) => device !== undefined,
    run: async ({ ca }, { device }) => ({
      device: await (await issuing()).issueSigned(needed(ca), { ...device, now: Date.now() }),
    }),
  },
  {
    name: 'register',
    isDone: ({ registered }) => registered !== undefined,
    async run({ device }, { projectId, registration: { product, nodeId, deviceName } }) {
      const { product_id, app_id } = needed(product)
      const { device_id, node_id } = await call('POST /v5/iot/{project_id}/devices', {
        params: { project_id: projectId },
        body: {
          product_id,
          app_id,
          node_id: nodeId.trim(),
          ...(deviceName.trim() !== '' && { device_name: deviceName.trim() }),
          auth_info: {
            auth_type: 'CERTIFICATES',
            fingerprint: needed(device).fingerprint,
            secure_access: true,
          },
        },
      })
      return { registered: { device_id, node_id, auth_type: 'CERTIFICATES', product_id, app_id } }
    },
  },
]

/** The library that makes certificates is fetched when the first is to be made. */
const issuing = () => import('./issue.ts')

function needed<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('an act ran before the one that it needs')
  return value
}
