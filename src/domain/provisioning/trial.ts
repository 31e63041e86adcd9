import type { Instant } from '../../base/instant.ts'
import type { SubjectFields } from '../../base/subject-fields.ts'
import type { Problem } from '../certificate/leaf-problems.ts'
import type { Device } from '../device/device.ts'
import type { ProvisioningTemplate } from './template.ts'

/** A template tried on a certificate: what a connection would come to, with nothing written. */
export interface TemplateTrial {
  /** Everything that was read from the subject, whether the template takes it or not. */
  readonly fields: SubjectFields
  readonly fingerprint: string
  /** The device that it makes; absent: it makes none. */
  readonly device?: Pick<Device, 'deviceId' | 'nodeId' | 'productId' | 'name' | 'tags'> & {
    readonly spaceId?: Device['spaceId']
  }
  /** The CA that signed it, if one of the project did. */
  readonly ca?: { readonly key: string; readonly name: string }
  /** Why it would not be let in, the most pressing first; empty: it would register itself. */
  readonly problems: readonly Problem[]
}

export interface TrialInput {
  readonly projectId: ProvisioningTemplate['projectId']
  /** Without a key: one that is being written. */
  readonly template: Pick<ProvisioningTemplate, 'name' | 'body'> & {
    readonly key?: ProvisioningTemplate['key']
  }
  /** DER, leaf first. */
  readonly chain: readonly Uint8Array[]
  readonly now: Instant
}
