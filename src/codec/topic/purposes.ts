import { systemTopics, type SystemTopicKind } from './system-topics.ts'

/** A topic as people read it; parts in braces stand for what the device fills in. */
export interface DescribedTopic {
  readonly kind: SystemTopicKind | 'user' | 'broadcast' | 'm2m'
  readonly topic: string
  readonly direction: 'up' | 'down'
  readonly purpose: { readonly en: string; readonly zh: string }
}

/** What a device speaks on each topic for (device protocol §3). */
const purposes: { readonly [K in SystemTopicKind]: DescribedTopic['purpose'] } = {
  'message-up': { en: 'Sends a message of any content.', zh: '设备上报消息，内容不限。' },
  'message-down': { en: 'Receives a message of any content.', zh: '平台下发消息，内容不限。' },
  'property-report': { en: 'Reports property values.', zh: '设备上报属性值。' },
  'gateway-property-report': {
    en: 'A gateway reports property values of its child devices, many at a time.',
    zh: '网关批量上报子设备的属性值。',
  },
  'property-set': { en: 'The platform sets properties.', zh: '平台设置设备属性。' },
  'property-set-response': { en: 'Answers a setting of properties.', zh: '设备回复属性设置的结果。' },
  'property-get': { en: 'The platform asks for property values.', zh: '平台查询设备属性。' },
  'property-get-response': { en: 'Answers with property values.', zh: '设备回复所查询的属性值。' },
  'shadow-get': { en: 'Asks the platform for the device shadow.', zh: '设备向平台查询设备影子。' },
  'shadow-get-response': { en: 'Receives the device shadow.', zh: '平台返回设备影子。' },
  command: { en: 'Receives a command.', zh: '平台下发命令。' },
  'command-response': { en: 'Answers a command.', zh: '设备回复命令执行结果。' },
  'event-up': {
    en: 'Sends an event: child devices, file transfer, time synchronization, upgrades.',
    zh: '设备上报事件：子设备管理、文件传输、时间同步、升级等。',
  },
  'event-down': { en: 'Receives an event of the platform.', zh: '平台下发事件。' },
  'bootstrap-up': { en: 'Asks which platform to connect to.', zh: '设备请求引导，查询应接入的平台。' },
  'bootstrap-down': { en: 'Receives which platform to connect to.', zh: '平台返回应接入的平台地址。' },
  'sub-device-message-up': {
    en: 'Sends a message for a child device. Deprecated: use the message topic.',
    zh: '网关代子设备上报消息。已废弃，请改用消息上报的 Topic。',
  },
  'bridge-login': { en: 'A bridge logs a device in.', zh: '网桥代设备登录。' },
  'bridge-login-response': { en: 'Receives whether the device was let in.', zh: '平台返回设备登录结果。' },
  'bridge-logout': { en: 'A bridge logs a device out.', zh: '网桥代设备登出。' },
  'bridge-logout-response': { en: 'Receives that the device is logged out.', zh: '平台返回设备登出结果。' },
  'bridge-reset-secret': { en: 'A bridge changes the secret of a device.', zh: '网桥重置设备密钥。' },
  'bridge-reset-secret-response': { en: 'Receives the outcome of it.', zh: '平台返回密钥重置结果。' },
  'bridge-disconnect': { en: 'The platform ends the session of a device.', zh: '平台断开网桥下的设备。' },
  'legacy-data-json': {
    en: 'Reports data as JSON, in the form of earlier platforms.',
    zh: '以旧版协议上报 JSON 数据。',
  },
  'legacy-data-binary': {
    en: 'Reports binary data, in the form of earlier platforms.',
    zh: '以旧版协议上报二进制数据。',
  },
  'legacy-command-json': {
    en: 'Receives a command as JSON, in the form of earlier platforms.',
    zh: '以旧版协议接收 JSON 命令。',
  },
  'legacy-command-binary': {
    en: 'Receives a binary command, in the form of earlier platforms.',
    zh: '以旧版协议接收二进制命令。',
  },
}

/** Those that no path of the table is for. */
const others: readonly DescribedTopic[] = [
  {
    kind: 'user',
    topic: '$oc/devices/{device_id}/user/{suffix}',
    direction: 'up',
    purpose: { en: 'Sends a message on a topic of your own.', zh: '设备通过自定义 Topic 上报消息。' },
  },
  {
    kind: 'user',
    topic: '$oc/devices/{device_id}/user/{suffix}',
    direction: 'down',
    purpose: { en: 'Receives a message on a topic of your own.', zh: '设备通过自定义 Topic 接收消息。' },
  },
  {
    kind: 'broadcast',
    topic: '$oc/broadcast/{suffix}',
    direction: 'down',
    purpose: {
      en: 'Receives what is sent to all devices of the resource space that are online. Not through a bridge.',
      zh: '设备接收发给资源空间内所有在线设备的广播消息，不经由网桥。',
    },
  },
  {
    kind: 'm2m',
    topic: '$oc/m2m/to/{other_device_id}/from/{device_id}/request_id={request_id}',
    direction: 'up',
    purpose: { en: 'Sends a message to another device.', zh: '设备向另一设备发送消息。' },
  },
]

/** Every topic of the platform, in the order of the table. Those of a bridge's devices that only add a prefix are left out. */
export function describeTopics(): readonly DescribedTopic[] {
  return [...systemTopics().map((one) => ({ ...one, purpose: purposes[one.kind] })), ...others]
}
