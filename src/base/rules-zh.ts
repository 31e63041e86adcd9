import { formsOf } from './forms.ts'

/*
 * The rules of the refusal `invalid-input` in Chinese. Where a rule is broken it is written down in English, with its
 * numbers and names in place; here it is found again by its form. One that is not here stays English: its field and
 * the sentence around it are still of use.
 */

/** English form to Chinese form, for {@link formsOf}. */
const rulesZh: Readonly<Record<string, string>> = {
  'is required': '必须填写',
  'is required when {field} is given': '给出 {field} 时必须填写',
  'must not be empty': '不能为空',
  'must have at least {n} characters': '至少 {n} 个字符',
  'must have at most {n} characters': '最多 {n} 个字符',
  'must have at least {n} entries': '至少 {n} 项',
  'must have at most {n} entries': '最多 {n} 项',
  'must name at most {n} devices': '最多 {n} 个设备',
  'must name at most {n} bridges': '最多 {n} 个网桥',
  'must hold device ids, separated by commas': '须为以逗号分隔的设备 ID',
  'must hold bridge ids, separated by commas': '须为以逗号分隔的网桥 ID',
  'must be the id of an earlier event': '须为先前某个事件的 ID',
  'must be at most {n} bytes, not {m}': '最多 {n} 字节，现在是 {m} 字节',
  'is required where {field} is absent': '没有 {field} 时必须填写',
  'must be a text of 1 to {n} characters': '须为 1 到 {n} 个字符的文本',
  'must be from {n} to {m}': '须在 {n} 到 {m} 之间',
  'must be a SHA-256 in 64 hex digits': '须为 64 位十六进制的 SHA-256',
  'must be 64 hex digits in lower case': '须为 64 位小写十六进制数',
  'must be a list of texts': '须为文本列表',
  'must not hold control characters or backslashes': '不能含有控制字符和反斜杠',
  'must not hold empty parts, "." or ".." between slashes': '斜杠之间不能为空，也不能是“.”或“..”',
  'must not hold backslashes, nor empty parts, "." or ".." between slashes':
    '不能含有反斜杠，斜杠之间不能为空，也不能是“.”或“..”',
  'must lie in the next {n} days': '须在今后 {n} 天之内',
  'must have at most {n} bytes as JSON': '序列化为 JSON 后最多 {n} 字节',
  'must be at least {n}': '不能小于 {n}',
  'must be at most {n}': '不能大于 {n}',
  'must be greater than {n}': '须大于 {n}',
  'must not be greater than {field}': '不能大于 {field}',
  'may hold only letters, digits, _ and -': '只能包含字母、数字、_ 和 -',
  'may hold only digits': '只能包含数字',
  'must be one line, without control characters': '须为一行文本，不能含有控制字符',
  'must not hold control characters': '不能含有控制字符',
  'must not hold U+0000': '不能含有 U+0000',
  'must not contain . or $': '不能含有 . 和 $',
  'must be one of {choices}': '须为以下之一：{choices}',
  'must be some of {choices}': '须取自：{choices}',
  'must be as an earlier page returned it': '须与前一页返回的一致',
  'must differ from the old one': '不能与旧密码相同',
  'must have no fragment': '不能带有 # 片段',
  'must be percent-encoded UTF-8': '须为百分号编码的 UTF-8',
  'has a part of more than {n} characters': '有一段超过了 {n} 个字符',
  'must name the values of an enum': '须列出枚举的取值',
  'must be a decimal number as text': '须为文本形式的十进制数',
  'must not be {name}': '不能为 {name}',
  'must be unique': '不能重复',
  'must be base64': '须为 base64 编码',
  'must be a multiple of {n}': '须为 {n} 的倍数',
  'must not be given with {field}': '不能与 {field} 同时填写',
  'must be $oc/broadcast/ and more, without # or +': '须以 $oc/broadcast/ 开头并带有后缀，不能含有 # 和 +',
  'must be topic: and a pattern of letters, digits and /{}$=+#?*:._-, with no variables but ${devices.deviceId}, ${devices.clientId} and ${devices.productId}':
    '须为 topic: 加匹配模式，模式由字母、数字和 /{}$=+#?*:._- 组成，变量只能为 ${devices.deviceId}、${devices.clientId} 和 ${devices.productId}',
  'must not hold # or +': '不能含有 # 和 +',
  'may hold only letters, digits, _ and single slashes between them':
    '只能包含字母、数字、_，以及其间的单个斜杠',
  'must be host:port, without a scheme, the port from 1 to 65535':
    '须为 host:port，不带协议前缀，端口为 1 至 65535',
  'must have 2 to 64 letters and digits, a letter among them': '须为 2 至 64 个字母和数字，其中至少一个字母',
  'must decode to {n} to {m} printable ASCII characters': '解码后须为 {n} 到 {m} 个可打印 ASCII 字符',
  'must not be given with method {method}': '使用 {method} 方式时不能填写',
  'must be 24 hex digits': '须为 24 位十六进制数',
  'is not known; there are {names}': '不是已知的成员，可用的有：{names}',
  'must be the name of a parameter of this template, such as {example}':
    '须为本模板 parameters 中声明的参数名，例如 {example}',
  'may hold only letters, digits, Chinese characters, _ and -': '只能包含字母、数字、中文、_ 和 -',
  'must be a text': '须为文本',
  'must be a whole number': '须为整数',
  'must be a number': '须为数字',
  'must be true or false': '须为 true 或 false',
  'must be a list': '须为列表',
  'must be an object': '须为对象',
  'must be {what} or {other}': '须为{what}或{other}',
  'must be {value}': '须为 {value}',
  'a text': '文本',
  'a whole number': '整数',
  'a number': '数字',
  'true or false': 'true 或 false',
  'a list': '列表',
  'an object': '对象',
}

/** A rule as `invalid-input` has it, in Chinese; as it is when its form is not known. */
export const ruleInChinese = formsOf(rulesZh)
