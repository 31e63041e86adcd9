import type { ProjectId, RowKey } from '../../base/ids.ts'
import type { Instant } from '../../base/instant.ts'
import type { SubjectField } from '../../base/subject-fields.ts'

/** What a device becomes that registers itself with a certificate (device protocol §2.6 B, northbound §5.3). */
export interface ProvisioningTemplate {
  /** `template_id` on the wire. */
  readonly key: RowKey
  readonly projectId: ProjectId
  readonly name: string
  readonly description?: string
  readonly body: TemplateBody
  readonly createdAt: Instant
  readonly updatedAt: Instant
}

/** Read from the subject of the certificate. */
export interface FieldReference {
  readonly field: SubjectField
}

/** The same text for every device, or read from its certificate. */
export type TemplateValue = string | FieldReference

export interface TemplateBody {
  /** Fields that may be referred to. */
  readonly parameters: readonly SubjectField[]
  readonly device: {
    readonly nodeId: FieldReference
    readonly productId: TemplateValue
    /** Absent: `{product_id}_{node_id}`. */
    readonly deviceId?: FieldReference
    readonly deviceName?: FieldReference
    readonly tags: readonly { readonly key: TemplateValue; readonly value?: TemplateValue }[]
  }
  /** Of the device policies that a device gets; empty: none. */
  readonly policyIds: readonly string[]
}
