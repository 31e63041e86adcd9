/**
 * The sentences of `refusal.ts` in Chinese, by the same names and with the same parameters; a test compares the two.
 * Written for whoever reads them in the console, not word by word.
 */
export const refusalsZh = {
  // requests
  'malformed-json': '请求体不是有效的 JSON：{detail}。',
  'body-too-large': '请求体超过了 {limit} 字节。',
  'unsupported-media-type': '请求体请使用 application/json，而不是 {type}。',
  'invalid-input': '参数 {field} 不符合要求：{rule}。',
  'invalid-limit': 'limit 须为 1 到 {max} 之间的整数。',
  'invalid-offset': 'offset 须为不小于 0 的整数。',
  'invalid-marker': 'marker 须为上一页返回的 24 位十六进制数。',
  'invalid-time': '{field} 须为 UTC 时间，例如 {example}。',
  'invalid-time-range': '{start} 须早于 {end}。',
  'route-not-found': '不存在 {method} {path}。',
  // callers
  'not-authenticated': '请对请求签名（SDK-HMAC-SHA256 或 V11-HMAC-SHA256），或携带 X-Auth-Token。',
  'authentication-failed': '访问密钥不存在，或者签名不匹配。',
  'invalid-token': 'Token 不存在或已过期。请用 POST /v3/auth/tokens 重新获取。',
  'device-login-failed':
    '设备 ID、时间戳或密码错误，或者该设备不允许接入。平台的连接记录中有具体原因和处理建议。',
  'device-token-invalid': 'access_token 不存在、已过期或属于其他设备。请用 POST /v5/device-auth 重新获取。',
  'uplink-refused': '上报内容未存储：{detail}',
  'child-not-of-gateway': '该网关下没有设备 {deviceId}，整个请求均未存储。',
  'too-many-children': '一次最多上报 {max} 个子设备的数据。',
  'csrf-token-wrong': '请求头 X-CSRF-Token 须为本次会话的令牌，可通过 GET /quayside/v1/session 读取。',
  'foreign-origin': '此操作只能由本平台的页面发起，不能来自 {origin} 的页面。',
  'clock-skew': 'X-Sdk-Date {sent} 与平台时间 {now} 相差超过 {minutes} 分钟。请校准时钟。',
  'login-failed': '用户 {user} 不存在，或者密码错误。',
  'old-password-wrong': '{field} 中的当前密码不正确。',
  'access-key-not-found': '访问密钥 {accessKey} 不存在。',
  'access-key-quota': '最多只能创建 {limit} 个访问密钥。请先吊销不再使用的。',
  'foreign-project': '路径中的项目不属于当前凭证。',
  'too-many-requests': '来自该地址的失败尝试过多。请在 {seconds} 秒后重试。',
  'too-many-bodies': '平台同时接收的数据过多。请在 {seconds} 秒后重试。',
  'too-many-streams': '已打开 {limit} 个事件流，达到上限。请先关闭一个。',
  // resource spaces
  'space-not-found': '资源空间 {spaceId} 不存在。',
  'space-name-taken': '已有名为 {name} 的资源空间。',
  'space-quota': '最多只能创建 {limit} 个资源空间。请先删除不再使用的。',
  'space-is-default': '默认资源空间不能删除。',
  'space-in-use':
    '该资源空间中还有 {products} 个产品、{devices} 个设备和 {certificates} 个 CA 证书。请先将它们删除。',
  // products
  'product-not-found': '产品 {productId} 不存在。',
  'product-exists': '该资源空间中已有产品 {productId}。',
  'product-in-use': '该产品下还有 {devices} 个设备。请先将它们删除。',
  'product-protocol-fixed': '产品的协议类型不能改为 CoAP。',
  // certificates
  'certificate-not-found': 'CA 证书 {certificateId} 不存在。',
  'certificate-quota': '最多只能上传 {limit} 个 CA 证书。请先删除不再使用的。',
  'certificate-unreadable': '内容不是 PEM 格式的证书：{detail}。',
  'certificate-is-private-key': '内容中含有私钥，平台没有保存。请只上传证书，并将该私钥视为已泄露。',
  'certificate-is-der':
    '内容是 DER（二进制）格式。请先转换：openssl x509 -inform der -in ca.der -out ca.pem。',
  'certificate-bundle': '内容中有 {count} 个证书。请一次只上传一个 CA 证书。',
  'certificate-not-ca': '{subject} 的证书不是 CA 证书：{detail}。',
  'certificate-expired': '{subject} 的证书已于 {expiry} 过期。',
  'certificate-weak': '{subject} 的证书强度不足：{detail}。',
  'certificate-exists': '该证书已经上传过，ID 为 {certificateId}。',
  'certificate-proof-failed': '验证证书未能证明您持有该 CA 的私钥：{detail}。',
  // connections
  'connection-not-found': '连接记录 {connectionId} 不存在，或已不再保留。',
  // devices
  'device-not-found': '设备 {deviceId} 不存在。',
  'device-exists': '已有设备 {deviceId}。',
  'node-exists': '该产品下已有设备标识码为 {nodeId} 的设备。',
  'gateway-not-found': '该资源空间中没有可以作为网关的设备 {gatewayId}。',
  'gateway-too-deep': '网关之下最多只能嵌套 {levels} 级设备。',
  'device-has-children': '该设备还有 {children} 个子设备。请先将它们删除。',
  'device-not-direct': '只有直连设备可以冻结。',
  'device-already-frozen': '该设备已经处于冻结状态。',
  'device-not-frozen': '该设备没有被冻结。',
  'fingerprint-unreadable': '指纹须为 40 位（SHA-1）或 64 位（SHA-256）十六进制数。',
  'service-not-in-model': '产品模型中没有服务 {serviceId}。',
  'property-not-in-model': '产品模型的服务 {serviceId} 中没有属性 {property}。',
  // policies
  'policy-not-found': '策略 {policyId} 不存在。',
  'policy-exists': '该资源空间中已有名为 {name} 的策略。',
  'policy-quota': '除各资源空间自带的默认策略外，最多只能创建 {limit} 个策略。请先删除不再使用的。',
  'policy-target-elsewhere': '{target} 不在该策略所属的资源空间中。请在其所属的资源空间中创建并绑定策略。',
  'policy-target-quota': '{target} 已绑定 {limit} 个策略，达到上限。请先解绑一个。',
  'policy-not-bound': '策略 {name} 没有绑定到 {target}。',
  // bridges
  'bridge-not-found': '网桥 {bridgeId} 不存在。',
  'bridge-exists': '网桥 ID {bridgeId} 已被占用。请换一个，或不填写由平台生成。',
  'bridge-quota': '最多只能创建 {limit} 个网桥。请先删除不再使用的。',
  // what is sent to devices
  'device-offline':
    '设备 {deviceId} 不在线，未下发任何数据。请在设备上线后重试，或改用消息下发，平台会为设备缓存。',
  'device-busy': '等待发往设备 {deviceId} 的数据过多。请等待设备应答后重试。',
  'device-packet-limit': '设备 {deviceId} 不接收这么大的数据包。请减小单次下发的数据量。',
  'downlink-too-large': '下发内容为 {bytes} 字节，超过上限 {limit} 字节。',
  'too-many-waiting': '等待设备应答的调用过多。请在 {seconds} 秒后重试。',
  'message-exists': '设备 {deviceId} 已有消息 {messageId}。',
  'message-not-found': '设备 {deviceId} 没有消息 {messageId}。',
  'command-not-found': '设备 {deviceId} 没有异步命令 {commandId}。',
  'command-queue-full': '已有 {limit} 条命令在等待设备 {deviceId}，达到上限。请等待设备上线。',
  'command-service-unknown':
    '产品模型中没有服务 {serviceId}。如需下发模型之外的内容，请不要填写 service_id。',
  'command-name-missing': '请用 command_name 指明服务 {serviceId} 的哪条命令。',
  'command-unknown': '产品模型的服务 {serviceId} 中没有命令 {command}。',
  'command-parameter-unknown': '产品模型的命令 {command} 没有参数 {parameter}。',
  'command-parameter-missing': '命令 {command} 缺少必填参数 {parameter}。',
  'command-parameter-invalid': '命令 {command} 的参数 {parameter} 不符合产品模型：{expected}。',
  'property-not-writable': '服务 {serviceId} 的属性 {property} 不可写：产品模型没有为它授予 W 权限。',
  'shadow-version-differs':
    '服务 {serviceId} 的设备影子当前版本为 {current}，而不是 {version}，未做任何修改。请重新读取后再决定。',
  'shadow-full': '设备影子已满：{serviceId} 会超出服务数量或属性数量的上限。请先清除不再使用的内容。',
  // faults of ours
  'store-unavailable': '数据暂时无法写入，没有做任何改动。请稍后重试。',
} as const
