import type { VerdictText } from './connection-codes.ts'

/** What is said where a device's uplink was not acted on, or a downlink failed; parameters in braces. */
export const noticeCodes = {
  // Downlinks (app/downlinks.ts)
  'device-offline': {
    en: {
      sentence: 'The device was not connected.',
      remedy: 'Send it again when the device is online, or send a message, which is kept for it.',
    },
    zh: { sentence: '设备未连接。', remedy: '请在设备上线后重新下发；需要离线缓存时请改用消息下发。' },
  },
  'question-device-offline': {
    en: {
      sentence: 'The device is not connected, so it was not asked.',
      remedy:
        'Ask again when it is online: a question is not kept for it. Device page > Connections tells when it was last here, and why it was refused if it was.',
    },
    zh: {
      sentence: '设备未连接，未能查询。',
      remedy:
        '查询不会缓存，请在设备上线后重新查询。可在“设备详情 > 连接记录”中查看设备最近一次连接的时间，或被拒绝的原因。',
    },
  },
  'device-not-subscribed': {
    en: {
      sentence: 'The device has not subscribed to {topic}.',
      remedy: 'Have the device subscribe to this topic, or send to one of its system topics.',
    },
    zh: { sentence: '设备未订阅 {topic}。', remedy: '请让设备订阅该 Topic，或改用系统 Topic 下发。' },
  },
  'downlink-too-large': {
    en: {
      sentence: 'The device takes no packets as large as this: its Maximum Packet Size is smaller.',
      remedy: 'Send less at once, or raise the Maximum Packet Size in the CONNECT of the device.',
    },
    zh: {
      sentence: '数据包超过设备声明的 Maximum Packet Size。',
      remedy: '请减小单次下发的数据量，或在设备的 CONNECT 中增大 Maximum Packet Size。',
    },
  },
  'property-set-large': {
    en: {
      sentence:
        'A property set of {bytes} bytes was sent; one page of the reference allows {limit}, another 256 KB, so the device may not take it.',
      remedy: 'Set fewer properties at once if the device does not answer.',
    },
    zh: {
      sentence:
        '下发的属性设置共 {bytes} 字节；参考文档一处的上限为 {limit} 字节，另一处为 256 KB，设备可能无法处理。',
      remedy: '如果设备没有响应，请减少一次设置的属性数量。',
    },
  },
  'downlink-unacknowledged': {
    en: {
      sentence: 'The device did not acknowledge it.',
      remedy: 'Check that the device answers QoS 1 publishes with PUBACK, and that its network is up.',
    },
    zh: {
      sentence: '设备未确认收到。',
      remedy: '请检查设备是否对 QoS 1 消息回复 PUBACK，以及网络是否正常。',
    },
  },
  'downlink-queue-full': {
    en: {
      sentence: 'Too much is on its way to the device already.',
      remedy: 'Wait until the device has answered what was sent before.',
    },
    zh: { sentence: '等待发往该设备的数据过多。', remedy: '请等待设备处理完之前下发的数据。' },
  },
  'connection-lost': {
    en: {
      sentence: 'The connection of the device ended before it had arrived.',
      remedy: 'Send it again when the device is online.',
    },
    zh: { sentence: '数据送达前设备连接已断开。', remedy: '请在设备上线后重新下发。' },
  },
  'answer-missing': {
    en: {
      sentence: 'The device did not answer in time.',
      remedy:
        'Have the device answer on the response topic with the request id of the request, and look in its entries for an answer that came late.',
    },
    zh: {
      sentence: '设备未在规定时间内应答。',
      remedy: '请让设备使用请求中的 request_id 在响应 Topic 上应答，并在设备日志中查看是否有迟到的应答。',
    },
  },
  'message-pushed-out': {
    en: {
      sentence: 'Newer messages took its place before the device came online.',
      remedy: 'Send fewer messages while the device is away, or put what belongs together into one.',
    },
    zh: {
      sentence: '设备上线之前，该消息已被更新的消息挤出缓存。',
      remedy: '请减少设备离线期间的消息数量，或将相关内容合并为一条。',
    },
  },
  'message-withdrawn': {
    en: { sentence: 'The message was deleted before it was sent.', remedy: '' },
    zh: { sentence: '消息在下发之前已被删除。', remedy: '' },
  },
  'command-expired': {
    en: {
      sentence: 'The device did not come online before the command expired.',
      remedy: 'Send it again with a longer expire_time, or see why the device does not connect.',
    },
    zh: {
      sentence: '命令过期之前设备一直未上线。',
      remedy: '请加大 expire_time 后重新下发，或检查设备为何未连接。',
    },
  },
  // Quotas of a connection (listener/quotas.ts)
  'message-rate-exceeded': {
    en: {
      sentence:
        'The device published more than {limit} messages within one second; what is above is dropped, {dropped} so far on this connection.',
      remedy:
        'Let the device put several values into one report, or report less often; the bound is the setting QUAYSIDE_MESSAGES_PER_SECOND_MAX.',
    },
    zh: {
      sentence: '设备一秒内发布的消息超过 {limit} 条，超出部分被丢弃，本次连接已丢弃 {dropped} 条。',
      remedy:
        '请将多个属性值合并为一次上报，或降低上报频率；该上限由 QUAYSIDE_MESSAGES_PER_SECOND_MAX 设置。',
    },
  },
  'bandwidth-exceeded': {
    en: {
      sentence:
        'The device sent more than {limit} bytes within one second; it is read from more slowly, and nothing is dropped.',
      remedy:
        'Let the device send less, or compress it with ?encoding=gzip; the bound is the setting QUAYSIDE_BYTES_PER_SECOND_MAX.',
    },
    zh: {
      sentence: '设备一秒内发送的数据超过 {limit} 字节，平台已放慢读取，数据不会丢弃。',
      remedy: '请减少发送的数据，或使用 ?encoding=gzip 压缩；该上限由 QUAYSIDE_BYTES_PER_SECOND_MAX 设置。',
    },
  },
  // Uplinks that somebody has to act on (device-requests/)
  'response-unexpected': {
    en: {
      sentence: 'Nothing waits for an answer with the request id {request_id}.',
      remedy:
        'Answer with the request id of the topic that the command came on, within {seconds} s, and only once.',
    },
    zh: {
      sentence: '没有等待请求 ID 为 {request_id} 的响应。',
      remedy: '请使用下发 Topic 中的 request_id 作答，并在 {seconds} 秒内只回复一次。',
    },
  },
  'relay-target-unknown': {
    en: {
      sentence: 'There is no device {target} in the resource space of this device.',
      remedy: 'Check the target in the topic: a message reaches devices of the same resource space alone.',
    },
    zh: {
      sentence: '该设备所属的资源空间中没有设备 {target}。',
      remedy: '请检查 Topic 中的目标设备：设备间消息只能发往同一资源空间内的设备。',
    },
  },
  'bootstrap-group-gone': {
    en: {
      sentence:
        'The device asked for its address, and its registration group {scope} is switched off or deleted.',
      remedy: 'Switch the group on (Devices > Provisioning), or connect the device as itself.',
    },
    zh: {
      sentence: '设备请求接入地址，但其注册组 {scope} 已停用或删除。',
      remedy: '请启用该注册组（设备 > 设备发放），或让设备以自身身份连接。',
    },
  },
  'payload-not-json': {
    en: {
      sentence: 'The payload is not valid JSON: {detail}.',
      remedy: 'Check quotes, commas and brackets, and that the text is UTF-8.',
    },
    zh: {
      sentence: '消息内容不是有效的 JSON：{detail}。',
      remedy: '请检查引号、逗号和括号，并使用 UTF-8 编码。',
    },
  },
  'payload-invalid': {
    en: { sentence: '{field} {rule}.', remedy: 'Send what the topic takes; see the topic list.' },
    zh: { sentence: '{field}：{rule}。', remedy: '请按 Topic 的格式要求上报，参见 Topic 列表。' },
  },
  // Events (device-requests/events.ts)
  'event-unknown': {
    en: {
      sentence:
        'The platform knows no event {event} of {service}. It is kept among the entries of the device.',
      remedy:
        'Check the spelling of service_id and event_type: case counts, and system services begin with $.',
    },
    zh: {
      sentence: '平台没有 {service} 的事件 {event}，该事件仅保留在设备记录中。',
      remedy: '请检查 service_id 和 event_type 的拼写（区分大小写），系统服务以 $ 开头。',
    },
  },
  'config-answer-unexpected': {
    en: {
      sentence: 'The device answered a configuration, but none waits for its answer.',
      remedy: 'Answer each config_update once, before its task has ended.',
    },
    zh: {
      sentence: '设备应答了配置下发，但没有等待应答的配置任务。',
      remedy: '请对每次 config_update 只应答一次，并在任务结束之前应答。',
    },
  },
  'config-unanswered': {
    en: {
      sentence: 'The device did not answer its configuration in the {days} days that it had.',
      remedy:
        'Have the device answer config_update with config_update_response, then send the configuration again.',
    },
    zh: {
      sentence: '设备在 {days} 天的有效期内没有应答配置下发。',
      remedy: '请让设备用 config_update_response 应答 config_update，然后重新下发配置。',
    },
  },
  'file-missing': {
    en: {
      sentence: 'There is no file {file} of this device.',
      remedy: 'Upload it first, by the address that get_upload_url gives, and name it as it was named there.',
    },
    zh: {
      sentence: '该设备没有文件 {file}。',
      remedy: '请先通过 get_upload_url 返回的地址上传，并使用相同的文件名。',
    },
  },
  'file-storage-unreachable': {
    en: {
      sentence: 'The storage of files could not be asked whether {file} is there.',
      remedy:
        'Check the endpoint, the bucket and the keys of the storage in the settings, then have the device report again.',
    },
    zh: {
      sentence: '无法向文件存储确认 {file} 是否存在。',
      remedy: '请检查配置中文件存储的地址、桶名和密钥，然后让设备重新上报结果。',
    },
  },
  'files-too-many': {
    en: {
      sentence: 'The device has {max} files already, so {file} was not taken into their list.',
      remedy: 'Delete files of the device that are not needed any more, then have it report again.',
    },
    zh: {
      sentence: '该设备已有 {max} 个文件，{file} 未列入文件列表。',
      remedy: '请删除该设备不再需要的文件，然后让设备重新上报结果。',
    },
  },
  'requests-too-many': {
    en: {
      sentence: 'The device asks for more than is answered at a time.',
      remedy: 'Wait for an answer before the next request.',
    },
    zh: { sentence: '设备的请求过于频繁，部分请求未处理。', remedy: '请收到响应后再发送下一个请求。' },
  },
  // What a gateway does for its children (ingest/gateway-report.ts, ingest/object-device.ts, device-requests/sub-devices.ts)
  'children-skipped': {
    en: {
      sentence:
        '{skipped} of {count} entries of the batch report name no child of this gateway and were skipped: {devices}.',
      remedy:
        'Register them as child devices of this gateway (Devices > All Devices > the gateway > Child Devices, or add_sub_device_request), or correct device_id in what the gateway sends.',
    },
    zh: {
      sentence: '批量上报的 {count} 个条目中有 {skipped} 个不是该网关的子设备，已被跳过：{devices}。',
      remedy:
        '请在该网关下注册这些子设备（设备 > 所有设备 > 网关 > 子设备，或上报 add_sub_device_request），或更正网关上报的 device_id。',
    },
  },
  'object-device-foreign': {
    en: {
      sentence:
        "object_device_id '{device}' is no child of this gateway, so it was not taken as the child's.",
      remedy:
        'Register the device as a child of this gateway, or leave object_device_id out for what the gateway sends itself.',
    },
    zh: {
      sentence: 'object_device_id“{device}”不是该网关的子设备，未按子设备的数据处理。',
      remedy: '请将该设备注册为此网关的子设备；网关自身的数据无需携带 object_device_id。',
    },
  },
  'shadow-foreign': {
    en: {
      sentence: "The shadow of '{device}' was asked for, which is neither this device nor a child of it.",
      remedy:
        'Ask on the topic of this device, with object_device_id absent or a child of it; register the child below this gateway first.',
    },
    zh: {
      sentence: '请求了“{device}”的设备影子，但它既不是本设备，也不是本设备的子设备。',
      remedy: '请在本设备的 Topic 上请求，object_device_id 不填或填写其子设备；子设备需先注册在该网关下。',
    },
  },
  // What bridges send for their devices (listener/bridge)
  'bridge-device-not-logged-in': {
    en: {
      sentence:
        "The bridge '{bridge}' sent something for the device '{device}', which is not logged in through it.",
      remedy: 'Have the bridge log the device in, wait for result_code 0, and only then send for it.',
    },
    zh: {
      sentence: '网桥“{bridge}”发送了设备“{device}”的数据，但该设备未通过此网桥登录。',
      remedy: '请先由网桥为该设备发起登录，收到 result_code 0 后再发送其数据。',
    },
  },
  'old-secret-wrong': {
    en: {
      sentence:
        "The bridge '{bridge}' asked for a new secret of this device, but old_secret is not its secret.",
      remedy:
        'Send the secret that the device logs in with as old_secret, or reset it here: device page > Identity.',
    },
    zh: {
      sentence: '网桥“{bridge}”请求重置该设备的密钥，但 old_secret 与设备密钥不符。',
      remedy: '请在 old_secret 中填写设备当前的密钥，或在“设备详情 > 身份认证”中重置密钥。',
    },
  },
  // Topics that policies decide about (domain/policy/refusal.ts)
  'publish-denied': {
    en: {
      sentence:
        "Statement {statement} of the policy '{policy}', which is bound to {bound_to}, denies the device to publish to {topic}.",
      remedy: 'Take the topic out of this DENY statement, or unbind the policy; no ALLOW outweighs a DENY.',
    },
    zh: {
      sentence: '绑定到{bound_to}的策略“{policy}”的第 {statement} 条语句拒绝设备向 {topic} 发布消息。',
      remedy: '请从该 DENY 语句中移除此 Topic，或解绑该策略；ALLOW 语句不能覆盖 DENY。',
    },
  },
  'subscribe-denied': {
    en: {
      sentence:
        "Statement {statement} of the policy '{policy}', which is bound to {bound_to}, denies the device to subscribe to {topic}.",
      remedy: 'Take the topic out of this DENY statement, or unbind the policy; no ALLOW outweighs a DENY.',
    },
    zh: {
      sentence: '绑定到{bound_to}的策略“{policy}”的第 {statement} 条语句拒绝设备订阅 {topic}。',
      remedy: '请从该 DENY 语句中移除此 Topic，或解绑该策略；ALLOW 语句不能覆盖 DENY。',
    },
  },
  'publish-not-allowed': {
    en: {
      sentence:
        'No policy that is bound to the device, its product or its resource space allows it to publish to {topic}.',
      remedy:
        'Bind a policy with an ALLOW statement for iotda:devices:publish and a resource that matches, such as topic:{topic}.',
    },
    zh: {
      sentence: '设备及其产品、资源空间所绑定的策略均未允许向 {topic} 发布消息。',
      remedy:
        '请绑定包含 ALLOW 语句的策略：操作为 iotda:devices:publish，资源与该 Topic 匹配，例如 topic:{topic}。',
    },
  },
  'subscribe-not-allowed': {
    en: {
      sentence:
        'No policy that is bound to the device, its product or its resource space allows it to subscribe to {topic}.',
      remedy:
        'Bind a policy with an ALLOW statement for iotda:devices:subscribe and a resource that matches this filter as text, such as topic:{topic}.',
    },
    zh: {
      sentence: '设备及其产品、资源空间所绑定的策略均未允许订阅 {topic}。',
      remedy:
        '请绑定包含 ALLOW 语句的策略：操作为 iotda:devices:subscribe，资源须与该订阅的 Topic 文本匹配，例如 topic:{topic}。',
    },
  },
} as const satisfies Readonly<Record<string, VerdictText>>

export type NoticeCode = keyof typeof noticeCodes
