import type {
  BridgeId,
  DeviceId,
  Fingerprint,
  NodeId,
  ProductId,
  ProjectId,
  RowKey,
  SpaceId,
} from '../base/ids.ts'
import type { Instant } from '../base/instant.ts'
import type { DeviceAuth } from '../domain/device/device.ts'
import type { ConfigTask } from '../domain/device-event/configuration.ts'
import type { DeviceFile } from '../domain/file/device-file.ts'
import type { AccessCode } from '../domain/access-code/access-code.ts'
import type { AsyncCommand, CommandStatus } from '../domain/downlink/command.ts'
import type { Message, MessageStatus } from '../domain/downlink/message.ts'
import type { RegistrationGroup } from '../domain/provisioning/registration-group.ts'
import type { PolicyTargetType } from '../domain/policy/policy.ts'
import type { NoticeCode } from '../domain/verdict/notice-codes.ts'
import type { Product } from '../domain/product-model/product-model.ts'

/**
 * The registry's tables as they stand in the database: JSON is text, booleans are 0 and 1, times are epoch
 * milliseconds, absent is null. Rows become domain values in the file of their table and go no further.
 */
export interface Tables {
  migration: MigrationTable
  project: ProjectTable
  space: SpaceTable
  product: ProductTable
  ca_certificate: CaCertificateTable
  device: DeviceTable
  intermediate: IntermediateTable
  outbox: OutboxTable
  access_key: AccessKeyTable
  user: UserTable
  user_project: UserProjectTable
  token: TokenTable
  session: SessionTable
  setting: SettingTable
  device_token: DeviceTokenTable
  child_list: ChildListTable
  child_change: ChildChangeTable
  device_fact: DeviceFactTable
  log_switch: LogSwitchTable
  config_task: ConfigTaskTable
  device_file: DeviceFileTable
  message: MessageTable
  async_command: AsyncCommandTable
  access_code: AccessCodeTable
  provisioning_template: ProvisioningTemplateTable
  registration_group: RegistrationGroupTable
  self_registered: SelfRegisteredTable
  device_policy: DevicePolicyTable
  device_policy_binding: DevicePolicyBindingTable
  bridge: BridgeTable
}

/** 0 or 1: SQLite has no booleans. */
export type Flag = 0 | 1
export const flag = (claim: boolean): Flag => (claim ? 1 : 0)
/** JSON text. */
export type Json = string
/** Text that only the sealer can read. */
export type Sealed = string

export interface MigrationTable {
  number: number
  name: string
  applied_at: Instant
}

export interface ProjectTable {
  project_id: ProjectId
  name: string
  domain_id: string
  created_at: Instant
}

export interface SpaceTable {
  key: RowKey
  project_id: ProjectId
  space_id: SpaceId
  name: string
  is_default: Flag
  created_at: Instant
}

export interface ProductTable {
  key: RowKey
  project_id: ProjectId
  space_id: SpaceId
  product_id: ProductId
  name: string
  device_type: string
  protocol_type: Product['protocolType']
  data_format: Product['dataFormat']
  manufacturer_name: string | null
  industry: string | null
  description: string | null
  services: Json
  model_version: number
  created_at: Instant
}

export interface CaCertificateTable {
  key: RowKey
  project_id: ProjectId
  space_id: SpaceId
  pem: string
  /** Base64. */
  der: string
  sha256: Fingerprint
  subject: string
  common_name: string
  owner: string
  verified: Flag
  verify_code: string
  provision_enable: Flag
  template_id: string | null
  ocsp_enable: Flag
  ocsp_server_ca_id: string | null
  ocsp_ssl_enable: Flag
  created_at: Instant
  effective_at: Instant
  expires_at: Instant
}

export interface ProvisioningTemplateTable {
  key: RowKey
  project_id: ProjectId
  name: string
  description: string | null
  /** As on the wire. */
  body: Json
  created_at: Instant
  updated_at: Instant
}

export interface RegistrationGroupTable {
  key: RowKey
  project_id: ProjectId
  space_id: SpaceId
  scope: string
  name: string
  method: RegistrationGroup['method']
  secret: Sealed | null
  ca_key: RowKey | null
  product_id: ProductId | null
  init_config: Json | null
  address: string | null
  enabled: Flag
  created_at: Instant
}

export interface DeviceTable {
  key: RowKey
  project_id: ProjectId
  space_id: SpaceId
  product_key: RowKey
  product_id: ProductId
  device_id: DeviceId
  node_id: NodeId
  gateway_id: DeviceId | null
  name: string | null
  description: string | null
  auth_type: DeviceAuth['type']
  secret: Sealed | null
  secondary_secret: Sealed | null
  fingerprint: Fingerprint | null
  secondary_fingerprint: Fingerprint | null
  secure_access: Flag
  timeout_seconds: number
  /** When an unactivated device goes; null: never, or it has been seen. */
  expires_at: Instant | null
  frozen: Flag
  /** Bits of `dueBits`: what waits for the device until it connects. */
  due: number
  extension_info: Json | null
  tags: Json
  created_at: Instant
}

export interface SelfRegisteredTable {
  device_key: RowKey
  /** Of a registration group or a CA, which may be gone. */
  by_key: RowKey
}

export interface IntermediateTable {
  leaf_sha256: Fingerprint
  /** JSON array of base64 DERs, in the order they were presented. */
  ders: Json
  /** Larger is newer: what goes first when there are too many. */
  key: RowKey
}

export interface OutboxTable {
  key: RowKey
  entry: Json
}

export interface AccessKeyTable {
  access_key: string
  secret: Sealed
  project_id: ProjectId
  description: string | null
  created_at: Instant
}

export interface UserTable {
  name: string
  password_hash: string
  created_at: Instant
}

export interface UserProjectTable {
  user_name: string
  project_id: ProjectId
}

export interface TokenTable {
  sha256: string
  user_name: string
  project_id: ProjectId
  issued_at: Instant
  expires_at: Instant
}

export interface SessionTable {
  sha256: string
  user_name: string
  created_at: Instant
  expires_at: Instant
}

export interface SettingTable {
  name: string
  value: Json
}

export interface DeviceTokenTable {
  sha256: string
  project_id: ProjectId
  device_id: DeviceId
  issued_at: Instant
  expires_at: Instant
}

export interface MessageTable {
  key: RowKey
  project_id: ProjectId
  device_key: RowKey
  device_id: DeviceId
  carrier_id: DeviceId
  message_id: string
  name: string | null
  content: Json
  encoding: Message['encoding']
  payload_format: Message['payloadFormat']
  topic: Json
  properties: Json | null
  ttl_minutes: number
  status: MessageStatus
  code: NoticeCode | null
  created_at: Instant
  expires_at: Instant
  finished_at: Instant | null
}

export interface AsyncCommandTable {
  key: RowKey
  project_id: ProjectId
  device_key: RowKey
  device_id: DeviceId
  carrier_id: DeviceId
  command_id: string
  service_id: string | null
  name: string | null
  paras: Json
  strategy: AsyncCommand['strategy']
  expire_seconds: number
  status: CommandStatus
  code: NoticeCode | null
  result: Json | null
  created_at: Instant
  expires_at: Instant
  sent_at: Instant | null
  delivered_at: Instant | null
  answer_until: Instant | null
  responded_at: Instant | null
  finished_at: Instant | null
}

export interface AccessCodeTable {
  project_id: ProjectId
  type: AccessCode['type']
  access_key: string
  access_code: Sealed
  created_at: Instant
}

export interface DevicePolicyTable {
  key: RowKey
  project_id: ProjectId
  space_id: SpaceId
  name: string
  statements: Json
  created_at: Instant
  updated_at: Instant
}

export interface DevicePolicyBindingTable {
  key: RowKey
  project_id: ProjectId
  policy_key: RowKey
  target_type: PolicyTargetType
  /** Device id, key of the product, id of the space. */
  target_key: string
  /** The same again, for the binding to go with it. */
  product_key: RowKey | null
  device_id: DeviceId | null
}

export interface BridgeTable {
  key: RowKey
  project_id: ProjectId
  bridge_id: BridgeId
  name: string
  secret: Sealed
  created_at: Instant
}

export interface ChildListTable {
  gateway_id: DeviceId
  version: number
  forgotten: number
  told: number
}

export interface ChildChangeTable {
  gateway_id: DeviceId
  device_id: DeviceId
  version: number
  change: 'add' | 'delete'
  parent_id: DeviceId
  node_id: NodeId
}

export interface DeviceFactTable {
  device_key: RowKey
  sdk_version: string | null
  sdk_type: string | null
  sw_version: string | null
  fw_version: string | null
  device_ip: string | null
  told_at: Instant
}

export interface LogSwitchTable {
  device_key: RowKey
  is_on: Flag
  ends_at: Instant
  changed_at: Instant
  /** When the device was last told; null: not yet. */
  sent_at: Instant | null
}

export interface ConfigTaskTable {
  key: RowKey
  device_key: RowKey
  state: ConfigTask['state']
  content: Json
  created_at: Instant
  expires_at: Instant
  /** How often it was sent. */
  attempts: number
  /** When it was tried last to send it; at first, when it was made. */
  tried_at: Instant
  sent_at: Instant | null
  ended_at: Instant | null
  result_code: number | null
  description: string | null
}

export interface DeviceFileTable {
  key: RowKey
  project_id: ProjectId
  device_key: RowKey
  device_id: DeviceId
  name: string
  size: number
  sha256: string | null
  storage: DeviceFile['storage']
  uploaded_at: Instant
}
