import type { VerdictText } from './connection-codes.ts'

/** Sentence and remedy of each report code, per language; parameters in braces. */
export const reportCodes = {
  'report-stored': {
    en: { sentence: 'All values of the report were stored.', remedy: '' },
    zh: { sentence: '上报的所有属性值均已存储。', remedy: '' },
  },
  // What could not be read of a report (codec/payload/report.ts)
  'report-too-large': {
    en: {
      sentence: 'The report is {bytes} bytes long; at most {limit} are taken.',
      remedy:
        'Split it into several reports, or send it with ?encoding=gzip only if it is at most {limit} bytes when unpacked.',
    },
    zh: {
      sentence: '上报消息长度为 {bytes} 字节，超过上限 {limit} 字节。',
      remedy: '请拆分为多条上报；使用 ?encoding=gzip 时，解压后的长度同样不得超过 {limit} 字节。',
    },
  },
  'report-not-utf8': {
    en: {
      sentence: 'The payload is not valid UTF-8 text: the byte at offset {offset} does not fit.',
      remedy: 'Send JSON in UTF-8. For a compressed payload, add ?encoding=gzip to the topic.',
    },
    zh: {
      sentence: '消息内容不是有效的 UTF-8 文本：偏移量 {offset} 处的字节无效。',
      remedy: '请使用 UTF-8 编码的 JSON；如果内容经过压缩，请在 Topic 末尾加上 ?encoding=gzip。',
    },
  },
  'report-not-json': {
    en: {
      sentence: 'The payload is not valid JSON: {detail}.',
      remedy:
        'Check quotes, commas and brackets. In a shell, put the payload in single quotes so that the double quotes survive.',
    },
    zh: {
      sentence: '消息内容不是有效的 JSON：{detail}。',
      remedy: '请检查引号、逗号和括号。在命令行中请用单引号包裹消息内容，以保留其中的双引号。',
    },
  },
  'report-too-deep': {
    en: {
      sentence: 'The payload nests arrays and objects deeper than {limit} levels.',
      remedy: 'Send flatter values: a report itself needs four levels.',
    },
    zh: {
      sentence: '消息内容中数组和对象的嵌套超过 {limit} 层。',
      remedy: '请减少属性值的嵌套层数；上报格式本身只需要四层。',
    },
  },
  'report-not-object': {
    en: {
      sentence: 'The payload is valid JSON, but of type {seen} and not an object.',
      remedy: 'Send an object such as {example}.',
    },
    zh: {
      sentence: '消息内容是有效的 JSON，但类型为 {seen}，而不是对象。',
      remedy: '请上报对象，例如 {example}。',
    },
  },
  'report-services-missing': {
    en: {
      sentence: 'The report has no array named services (found: {seen}).',
      remedy: 'Put the values into services, for example {example}.',
    },
    zh: {
      sentence: '上报消息中没有 services 数组（实际为：{seen}）。',
      remedy: '请把属性值放入 services，例如 {example}。',
    },
  },
  'report-services-empty': {
    en: {
      sentence: 'The array services of the report is empty.',
      remedy: 'Put at least one service with its properties into it, for example {example}.',
    },
    zh: {
      sentence: '上报消息的 services 数组为空。',
      remedy: '请至少放入一个服务及其属性，例如 {example}。',
    },
  },
  'report-type-unknown': {
    en: {
      sentence: 'The member msgType is neither "deviceReq" nor "deviceRsp" (found: {seen}).',
      remedy:
        'Report with msgType "deviceReq", for example {example}, and answer commands with "deviceRsp"; or use the topics below $oc.',
    },
    zh: {
      sentence: 'msgType 既不是 "deviceReq" 也不是 "deviceRsp"（实际为：{seen}）。',
      remedy:
        '上报数据请使用 msgType "deviceReq"，例如 {example}；回复命令请使用 "deviceRsp"；或改用 $oc 开头的 Topic。',
    },
  },
  'report-data-missing': {
    en: {
      sentence: 'The report has no array named data with something in it (found: {seen}).',
      remedy: 'Put the services with their values into data, for example {example}.',
    },
    zh: {
      sentence: '上报消息中没有非空的 data 数组（实际为：{seen}）。',
      remedy: '请把服务及其属性值放入 data，例如 {example}。',
    },
  },
  'report-too-many-properties': {
    en: {
      sentence: 'The report holds {count} values; at most {limit} are taken.',
      remedy: 'Split it into several reports.',
    },
    zh: {
      sentence: '上报消息包含 {count} 个属性值，超过上限 {limit} 个。',
      remedy: '请拆分为多条上报。',
    },
  },
  // Of a gateway's batch report (codec/payload/gateway-report.ts)
  'report-devices-missing': {
    en: {
      sentence: 'The batch report has no array named devices with something in it (found: {seen}).',
      remedy: 'Put the devices with their services into devices, for example {example}.',
    },
    zh: {
      sentence: '批量上报消息中没有非空的 devices 数组（实际为：{seen}）。',
      remedy: '请把设备及其服务放入 devices，例如 {example}。',
    },
  },
  'report-too-many-devices': {
    en: {
      sentence:
        'The batch report holds {count} devices; at most {limit} are taken. Nothing of it was stored.',
      remedy: 'Split it into several batch reports.',
    },
    zh: {
      sentence: '批量上报消息包含 {count} 个设备，超过上限 {limit} 个，整条消息未存储。',
      remedy: '请拆分为多条批量上报。',
    },
  },
  'service-id-missing': {
    en: {
      sentence: 'An entry of services has no service_id, or one that is not a text. It was skipped.',
      remedy: 'Name the service of the product model in service_id.',
    },
    zh: {
      sentence: 'services 中的一个条目没有 service_id，或其值不是字符串，该条目已被跳过。',
      remedy: '请在 service_id 中填写产品模型里的服务 ID。',
    },
  },
  'properties-missing': {
    en: {
      sentence: 'The entry has no properties, or something that is not an object there. It was skipped.',
      remedy: 'Put the values into an object named properties, for example {"temperature": 21.5}.',
    },
    zh: {
      sentence: '该条目没有 properties，或其值不是对象，该条目已被跳过。',
      remedy: '请把属性值放入名为 properties 的对象，例如 {"temperature": 21.5}。',
    },
  },
  // What the product model says of it (domain/report/decide-report.ts)
  'product-without-model': {
    en: {
      sentence:
        "The product of this device has no services in its model, so service '{service}' cannot be stored.",
      remedy:
        'Add the service and its properties to the product model (Products > the product > Model Definition).',
    },
    zh: {
      sentence: '该设备所属产品的产品模型中没有任何服务，无法存储服务“{service}”的数据。',
      remedy: '请在产品模型中添加该服务及其属性（产品 > 产品详情 > 模型定义）。',
    },
  },
  'service-unknown': {
    en: {
      sentence: "The product model has no service '{service}'.",
      remedy: 'Check the spelling of service_id (case counts), or add the service to the product model.',
    },
    zh: {
      sentence: '产品模型中没有服务“{service}”。',
      remedy: '请检查 service_id 的拼写（区分大小写），或在产品模型中添加该服务。',
    },
  },
  'property-unknown': {
    en: {
      sentence: "The product model has no property '{property}' in service '{service}'.",
      remedy: 'Check the spelling of the property (case counts), or add it to the product model.',
    },
    zh: {
      sentence: '产品模型的服务“{service}”中没有属性“{property}”。',
      remedy: '请检查属性名称的拼写（区分大小写），或在产品模型中添加该属性。',
    },
  },
  'property-key-invalid': {
    en: {
      sentence: "'{property}' in service '{service}' cannot be the name of a property.",
      remedy: 'Use a name of at most 64 characters without full stop, dollar sign and NUL.',
    },
    zh: {
      sentence: '服务“{service}”中的“{property}”不能用作属性名称。',
      remedy: '属性名称最长 64 个字符，且不得包含点号、美元符号和空字符（NUL）。',
    },
  },
  'value-type-wrong': {
    en: {
      sentence: "Property '{property}' of service '{service}' must be of type {data_type}; {seen} is not.",
      remedy:
        'Send a value of that type. Text that holds a number is not converted: send 21, not "21". int and long take whole numbers, boolean takes true, false, 0 and 1, DateTime takes 20151212T121212Z or 2015-12-12T12:12:12.000Z.',
    },
    zh: {
      sentence: '服务“{service}”的属性“{property}”应为 {data_type} 类型，上报的值 {seen} 不符合。',
      remedy:
        '请上报该类型的值。字符串不会自动转换为数字：应上报 21，而不是 "21"。int 和 long 只接受整数，boolean 接受 true、false、0 和 1，DateTime 接受 20151212T121212Z 或 2015-12-12T12:12:12.000Z 格式。',
    },
  },
  'value-below-min': {
    en: {
      sentence: "Property '{property}' of service '{service}' must be at least {min}; {seen} is below.",
      remedy: 'Check the unit and the sensor, or lower the minimum in the product model.',
    },
    zh: {
      sentence: '服务“{service}”的属性“{property}”不得小于 {min}，上报的值为 {seen}。',
      remedy: '请检查单位和传感器，或在产品模型中调低最小值。',
    },
  },
  'value-above-max': {
    en: {
      sentence: "Property '{property}' of service '{service}' must be at most {max}; {seen} is above.",
      remedy: 'Check the unit and the sensor, or raise the maximum in the product model.',
    },
    zh: {
      sentence: '服务“{service}”的属性“{property}”不得大于 {max}，上报的值为 {seen}。',
      remedy: '请检查单位和传感器，或在产品模型中调高最大值。',
    },
  },
  'value-off-step': {
    en: {
      sentence:
        "Property '{property}' of service '{service}' moves in steps of {step}; {seen} lies between two of them.",
      remedy:
        'Round the value to a whole number of steps above the minimum, or change the step in the product model.',
    },
    zh: {
      sentence: '服务“{service}”的属性“{property}”的步长为 {step}，上报的值 {seen} 不在步长点上。',
      remedy: '请将值取整到最小值加整数倍步长，或在产品模型中修改步长。',
    },
  },
  'value-too-long': {
    en: {
      sentence:
        "Property '{property}' of service '{service}' may have at most {max_length} characters; {seen} has more.",
      remedy: 'Send a shorter text, or raise the maximum length in the product model.',
    },
    zh: {
      sentence: '服务“{service}”的属性“{property}”最长 {max_length} 个字符，上报的值 {seen} 超出长度。',
      remedy: '请上报更短的字符串，或在产品模型中调大最大长度。',
    },
  },
  'value-not-in-enum': {
    en: {
      sentence: "Property '{property}' of service '{service}' must be one of {enum_list}; {seen} is not.",
      remedy: 'Send one of the listed texts (case counts), or add this one to the product model.',
    },
    zh: {
      sentence: '服务“{service}”的属性“{property}”的取值应为 {enum_list} 之一，上报的值为 {seen}。',
      remedy: '请上报枚举列表中的值（区分大小写），或在产品模型中添加该枚举值。',
    },
  },
  'number-not-exact': {
    en: {
      sentence:
        "Property '{property}' of service '{service}' holds a number that cannot be kept exactly (read as {seen}).",
      remedy:
        'Send whole numbers between -9007199254740991 and 9007199254740991, and larger ones as text in a property of type string.',
    },
    zh: {
      sentence: '服务“{service}”的属性“{property}”包含无法精确保存的数字（读取为 {seen}）。',
      remedy:
        '整数请保持在 -9007199254740991 到 9007199254740991 之间；更大的数请用 string 类型的属性以文本上报。',
    },
  },
  'event-time-malformed': {
    en: {
      sentence: 'The event_time is not a UTC time in a known form, so the time of receipt was used.',
      remedy: 'Send event_time as 20151212T121212Z or 2015-12-12T12:12:12.000Z, in UTC, or leave it out.',
    },
    zh: {
      sentence: 'event_time 不是可识别的 UTC 时间格式，已改用平台接收时间。',
      remedy:
        '请以 UTC 时间按 20151212T121212Z 或 2015-12-12T12:12:12.000Z 格式填写 event_time，或不填写该字段。',
    },
  },
} as const satisfies Record<string, VerdictText>

export type ReportCode = keyof typeof reportCodes
