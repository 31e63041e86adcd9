import { formsOf } from './forms.ts'

/*
 * The half sentences that refusals and verdicts put behind a colon (`{detail}`), in Chinese. They arise where a text is
 * read, in English; here they are found again by their form. What OpenSSL and the path validator say stays as it is: it
 * is what people search for.
 */

/** English form to Chinese form, for {@link formsOf}. */
const detailsZh: Readonly<Record<string, string>> = {
  // JSON, as the parser of V8 words its faults
  'it is empty': '内容为空',
  'it is not UTF-8 text': '不是 UTF-8 文本',
  'it is nested deeper than {n} levels': '嵌套超过 {n} 层',
  'it is shorter or longer than announced': '长度与声明的不一致',
  'it cannot be read': '无法读取',
  'unexpected end of JSON input': '内容不完整',
  'unexpected token {token}': '出现了意外的字符 {token}',
  'unexpected number': '出现了意外的数字',
  'unexpected string': '出现了意外的字符串',
  'unexpected non-whitespace character after JSON': '在 JSON 结束之后还有多余的内容',
  "expected property name or '}'": "应为属性名或 '}'",
  'expected double-quoted property name': '应为双引号括起的属性名',
  "expected ':' after property name": "属性名之后应为 ':'",
  "expected ',' or '}' after property value": "属性值之后应为 ',' 或 '}'",
  "expected ',' or ']' after array element": "数组元素之后应为 ',' 或 ']'",
  'unterminated string': '字符串没有结束',
  'bad control character in string literal': '字符串中有控制字符',
  'bad escaped character': '转义字符有误',
  'bad unicode escape': 'Unicode 转义有误',
  'no number after minus sign': '负号之后没有数字',
  'unterminated fractional number': '小数没有写完',
  'exponent part is missing a number': '指数部分没有数字',
  // Certificates: what was pasted or uploaded
  'BEGIN {begin} is followed by END {end}': 'BEGIN {begin} 之后是 END {end}',
  'the text between BEGIN and END is not Base64': 'BEGIN 与 END 之间的内容不是 Base64',
  'a BEGIN line has no END line: the text is cut off': '有 BEGIN 行而没有 END 行，内容不完整',
  'the END line is missing: the text is cut off': '缺少 END 行，内容不完整',
  'the BEGIN line is missing: the text is cut off': '缺少 BEGIN 行，内容不完整',
  'the line -----BEGIN CERTIFICATE----- is missing': '缺少 -----BEGIN CERTIFICATE----- 行',
  'there is no -----BEGIN CERTIFICATE----- line in it': '其中没有 -----BEGIN CERTIFICATE----- 行',
  'it is a certificate request (CSR), which has to be signed first: openssl x509 -req':
    '这是证书请求（CSR），须先签发成证书：openssl x509 -req',
  'it is in the TRUSTED CERTIFICATE form of OpenSSL; convert it: openssl x509 -in ca.pem -out ca.crt':
    '这是 OpenSSL 的 TRUSTED CERTIFICATE 格式，请先转换：openssl x509 -in ca.pem -out ca.crt',
  'it is a public key, not a certificate': '这是公钥，不是证书',
  'it is PKCS #7; take the certificate out of it: openssl pkcs7 -print_certs':
    '这是 PKCS #7 格式，请先取出其中的证书：openssl pkcs7 -print_certs',
  'it holds a block of the kind {label}, not a certificate': '其中是 {label}，不是证书',
  '{n} bytes follow the certificate inside of its block': '证书之后还有 {n} 字节多余的内容',
  'the certificate is cut off': '证书内容不完整',
  'the block does not hold an X.509 certificate': '其中不是 X.509 证书',
  // Certificates: as a CA
  'it has no extensions and is signed by another key, as device certificates are':
    '它没有扩展，且由另一个密钥签名，与设备证书相同',
  'its extensions do not say CA:TRUE (there are no basic constraints)':
    '扩展中没有 CA:TRUE（缺少 basicConstraints）',
  'its basic constraints say CA:FALSE': 'basicConstraints 为 CA:FALSE',
  'its key usage is {usage} and lacks keyCertSign': 'keyUsage 为 {usage}，缺少 keyCertSign',
  'its key is {key}; RSA of at least 2048 bits, P-256, P-384, P-521 or Ed25519 is needed':
    '密钥为 {key}；须为至少 2048 位的 RSA，或 P-256、P-384、P-521、Ed25519',
  'it is signed with {algorithm}; use -sha256': '签名算法为 {algorithm}，请使用 -sha256',
  'it is signed with {algorithm}': '签名算法为 {algorithm}',
  // Verification certificates
  'the stored CA certificate cannot be read; upload it again': '已保存的 CA 证书无法读取，请重新上传',
  'the CA certificate expired at {expiry}; upload a new one in its place':
    'CA 证书已于 {expiry} 过期，请上传新的 CA 证书',
  'the CA certificate is valid only from {start}': 'CA 证书自 {start} 起才生效',
  'it is the CA certificate itself; make another certificate, signed with its key':
    '这就是 CA 证书本身，请用 CA 私钥另外签发一个证书',
  'it has no Common Name; it must be the verification code {code}': '它没有通用名称，应为验证码 {code}',
  'it has {n} Common Names; there must be one, the verification code {code}':
    '它有 {n} 个通用名称，应只有一个，即验证码 {code}',
  "its Common Name is '{name}', but must be the verification code {code}":
    '通用名称为“{name}”，应为验证码 {code}',
  "it is signed by its own key; sign it with the CA's key (openssl x509 -req … -CA rootCA.pem -CAkey rootCA.key)":
    '它由自身的密钥签名，请用 CA 私钥签发（openssl x509 -req … -CA rootCA.pem -CAkey rootCA.key）',
  "it is signed by another key than the CA's": '它不是用该 CA 的私钥签发的',
  'it expired at {expiry}': '它已于 {expiry} 过期',
  'it is valid only from {start}, and it is now {now}; check the clocks':
    '它自 {start} 起才生效，当前时间为 {now}，请检查时钟',
  // Provisioning
  'it must have 1 to {max} letters, digits, _ and -': '须为 1 到 {max} 个字母、数字、_ 或 -',
  'it must have 1 to {max} characters': '须为 1 到 {max} 个字符',
  // Connections that ended early
  nothing: '没有',
  'after the TLS handshake': 'TLS 握手之后',
  'the connection ended within the packet': '报文尚未收完，连接就已断开',
  'The first byte is {byte} and not 0x10, CONNECT.{other}':
    '首字节为 {byte}，而不是 0x10（CONNECT）。{other}',
  'The first byte is {byte} and not 0x10, CONNECT.': '首字节为 {byte}，而不是 0x10（CONNECT）。',
  'The first byte is {byte} and not 0x10, CONNECT': '首字节为 {byte}，而不是 0x10（CONNECT）',
  ' It looks like TLS: use the MQTTS port for that.': '看起来是 TLS，请使用 MQTTS 端口。',
  ' It looks like HTTP.': '看起来是 HTTP。',
  ' It looks like HTTP': '看起来是 HTTP',
  'The first packet was {type}, not CONNECT.': '首个报文是 {type}。',
  'The packet would be {n} bytes long; at most {max} are taken.': '报文长 {n} 字节，上限为 {max} 字节。',
  'The packet ends inside its {where}': '报文在{where}处中断',
  '{n} bytes are left over at the end of the packet': '报文末尾多出 {n} 字节',
  'The {where} is not well-formed UTF-8': '{where}不是规范的 UTF-8',
  'The {where} holds the character U+0000': '{where}含有字符 U+0000',
  'The {where} is not a variable byte integer in its shortest form': '{where}不是最短形式的变长整数',
  'The remaining length is not in its shortest form': '剩余长度不是最短形式',
  'The remaining length is longer than four bytes': '剩余长度超过 4 字节',
  'Packet type 0 is reserved': '报文类型 0 为保留值',
  'The protocol name is neither MQTT nor MQIsdp': '协议名既不是 MQTT，也不是 MQIsdp',
  'The reserved bit of the connect flags is 1': '连接标志的保留位为 1',
  'The QoS of the will is 3': '遗嘱的 QoS 为 3',
  'There is a will QoS, but no will': '设置了遗嘱 QoS，但没有遗嘱',
  'Will retain is set, but no will': '设置了遗嘱保留，但没有遗嘱',
  'There is a password, but no user name': '有密码而没有用户名',
  'The property length reaches beyond the packet': '属性长度超出了报文',
  'Authentication data stands without an authentication method': '有认证数据而没有认证方法',
  'Property {id} does not belong in {place}': '属性 {id} 不能用在此处（{place}）',
  'The property {name} does not belong in {place}': '属性 {name} 不能用在此处（{place}）',
  'The property {name} stands twice': '属性 {name} 重复',
  'The property {name} is neither 0 nor 1': '属性 {name} 既不是 0 也不是 1',
  'The property {name} is 0': '属性 {name} 为 0',
  'There are more than {n} {name}': '{name} 超过 {n} 个',
  'The will topic is not a topic name: {what}': '遗嘱主题不是合法的主题名：{what}',
  // Fields of CONNECT, where the forms above name one
  'protocol name': '协议名',
  'protocol level': '协议级别',
  'connect flags': '连接标志',
  'keep alive': '保活时间',
  'client identifier': '客户端标识符',
  'user name': '用户名',
  'will topic': '遗嘱主题',
  'will payload': '遗嘱内容',
  'property length': '属性长度',
  'property identifier': '属性标识符',
  'user property name': '用户属性名',
  'user property value': '用户属性值',
  password: '密码',
  // Why a topic is none
  'it holds + or #': '含有 + 或 #',
  'it is too long': '过长',
  'it has too many levels': '层级过多',
  // Last, since they fit much: where the parser of V8 says that a fault is
  '{what}; a line break inside a text is written \\n': '{what}；字符串中的换行须写成 \\n',
  '{what} at position {n} (line {line} column {column})': '第 {line} 行第 {column} 列{what}',
  '{what} (line {line} column {column})': '第 {line} 行第 {column} 列{what}',
  '{what} at position {n}': '位置 {n} 处{what}',
}

/** A detail of a refusal or a verdict in Chinese; as it is when its form is not known. */
export const detailInChinese = formsOf(detailsZh)
