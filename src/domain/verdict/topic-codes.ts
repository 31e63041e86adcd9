import type { VerdictText } from './connection-codes.ts'

/** Answers to "may this device use this topic?" beside the refusals by policies, which are notices too; parameters in braces. */
export const topicCodes = {
  'publish-allowed': {
    en: {
      sentence:
        "Statement {statement} of the policy '{policy}', which is bound to {bound_to}, allows the device to publish to {topic}.",
      remedy: '',
    },
    zh: {
      sentence: '绑定到{bound_to}的策略“{policy}”的第 {statement} 条语句允许设备向 {topic} 发布消息。',
      remedy: '',
    },
  },
  'subscribe-allowed': {
    en: {
      sentence:
        "Statement {statement} of the policy '{policy}', which is bound to {bound_to}, allows the device to subscribe to {topic}.",
      remedy: '',
    },
    zh: {
      sentence: '绑定到{bound_to}的策略“{policy}”的第 {statement} 条语句允许设备订阅 {topic}。',
      remedy: '',
    },
  },
  'topic-own': {
    en: {
      sentence:
        '{topic} is a topic of the platform that the device may use; policies do not decide about it.',
      remedy: '',
    },
    zh: { sentence: '{topic} 是该设备可使用的平台 Topic，不受策略控制。', remedy: '' },
  },
  'topic-unknown': {
    en: {
      sentence: 'The platform has no topic {topic}.',
      remedy:
        'Topics that begin with $ or /huawei/ are those of the topic list alone; others have at most 128 bytes and 7 slashes.',
    },
    zh: {
      sentence: '平台没有 Topic {topic}。',
      remedy:
        '以 $ 或 /huawei/ 开头的 Topic 仅限 Topic 列表中所列；其他 Topic 最长 128 字节，最多 7 个斜杠。',
    },
  },
  'topic-foreign': {
    en: {
      sentence: '{topic} belongs to another device.',
      remedy: "Put this device's own id into the topic.",
    },
    zh: { sentence: '{topic} 属于其他设备。', remedy: '请在 Topic 中填写该设备自己的设备 ID。' },
  },
  'topic-downward': {
    en: {
      sentence: 'Only the platform may publish to {topic}.',
      remedy: 'Subscribe to it, and publish to the topic that answers it.',
    },
    zh: {
      sentence: '只有平台可以向 {topic} 发布消息。',
      remedy: '请订阅该 Topic，并向对应的响应 Topic 发布。',
    },
  },
  'topic-not-served': {
    en: {
      sentence: 'This platform does not serve {topic} yet.',
      remedy: 'The topic list says which topics it serves.',
    },
    zh: { sentence: '平台暂不支持 {topic}。', remedy: '支持的 Topic 请参见 Topic 列表。' },
  },
  'filter-forbidden': {
    en: {
      sentence: 'The device may not subscribe to {topic}: it reaches beyond its own topics.',
      remedy:
        'Subscribe below $oc/devices/ and its own id, or to $oc/broadcast/ and more, without wildcards.',
    },
    zh: {
      sentence: '设备不能订阅 {topic}：其范围超出了该设备自己的 Topic。',
      remedy: '请订阅 $oc/devices/ 加本设备 ID 之下的 Topic，或不含通配符的 $oc/broadcast/ Topic。',
    },
  },
  'topic-malformed': {
    en: {
      sentence:
        '{topic} cannot be used: MQTT and the limits of the platform do not allow a topic of this form.',
      remedy:
        'A topic to publish to has no + and no #; in a filter each stands for whole levels, # at the end alone. At most 128 bytes and 7 slashes.',
    },
    zh: {
      sentence: '{topic} 无法使用：其形式不符合 MQTT 规范或平台的限制。',
      remedy:
        '发布的 Topic 不能含有 + 和 #；订阅时二者须占据整级，# 只能在末尾。最长 128 字节，最多 7 个斜杠。',
    },
  },
} as const satisfies Readonly<Record<string, VerdictText>>

export type TopicCode = keyof typeof topicCodes
