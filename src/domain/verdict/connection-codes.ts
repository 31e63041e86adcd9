import { provisioningCodes } from './provisioning-codes.ts'

/**
 * Sentence and remedy of each connection code, per language; parameters in braces, the same ones in both
 * languages. The reader is an engineer at ten at night: say what was seen, what was expected, and what to type.
 */
export const connectionCodes = {
  // Let in
  'connection-accepted': {
    en: { sentence: 'The device was let in.', remedy: '' },
    zh: { sentence: '设备已接入。', remedy: '' },
  },
  'bridge-accepted': {
    en: { sentence: 'The bridge was let in.', remedy: '' },
    zh: { sentence: '网桥已接入。', remedy: '' },
  },
  'fingerprint-pinned': {
    en: {
      sentence:
        'The device has no fingerprint yet, so the first certificate it connects with is pinned: SHA-256 {fingerprint}.',
      remedy:
        'Nothing needs to be done if this is the certificate of the device. If it is not, set the right one: device page > Identity > Reset fingerprint (API: POST …/reset-fingerprint).',
    },
    zh: {
      sentence: '设备尚未设置指纹，首次连接所用的证书将被绑定：SHA-256 {fingerprint}。',
      remedy:
        '如果这就是该设备的证书，无需处理；否则请设置正确的指纹：设备详情 > 身份认证 > 重置指纹（API：POST …/reset-fingerprint）。',
    },
  },
  'certificate-same-subject': {
    en: {
      sentence:
        "The device certificate has the same subject as the CA that signed it ({subject}). Its signature was checked against the CA's key and is right, so it was accepted.",
      remedy:
        'Nothing needs to be done here. Other TLS software takes such a certificate for a self-signed one and refuses it; give the next device certificates a Common Name of their own.',
    },
    zh: {
      sentence:
        '设备证书与签发它的 CA 证书的使用者相同（{subject}）。已用 CA 公钥验证其签名无误，因此予以接受。',
      remedy:
        '此处无需处理。其他 TLS 软件会把这种证书当作自签名证书而拒绝，建议今后为设备证书设置不同的通用名称（Common Name）。',
    },
  },
  'connection-judged-in-part': {
    en: {
      sentence: 'Nothing is wrong with what was given, but not everything was given. Not judged: {skipped}.',
      remedy: 'Give client ID, user name and password or certificate chain for a full answer.',
    },
    zh: {
      sentence: '已提供的信息均未发现问题，但信息不完整，以下步骤未判断：{skipped}。',
      remedy: '请提供客户端 ID、用户名以及密码或证书链，以获得完整结论。',
    },
  },

  // Before CONNECT was understood
  'tls-handshake-failed': {
    en: {
      sentence: 'The TLS handshake failed: {detail}.',
      remedy:
        'The device must speak TLS 1.2 or 1.3 on this port and trust the CA of this platform: set its certificate as the CA file (Overview > Obtaining Resources > Download PEM; or /resources/platform-ca.pem).',
    },
    zh: {
      sentence: 'TLS 握手失败：{detail}。',
      remedy:
        '设备须在该端口使用 TLS 1.2 或 1.3，并信任本平台的 CA：将平台 CA 证书设置为 CA 文件（总览 > 资源获取 > 下载 PEM 文件，或下载 /resources/platform-ca.pem）。',
    },
  },
  'connect-timeout': {
    en: {
      sentence: 'No complete CONNECT packet arrived within {seconds} s.',
      remedy:
        'Send CONNECT at once when the connection is up. A health check that only opens the port looks like this too.',
    },
    zh: {
      sentence: '{seconds} 秒内未收到完整的 CONNECT 报文。',
      remedy: '请在连接建立后立即发送 CONNECT。仅探测端口的健康检查也会产生此记录。',
    },
  },
  'connect-malformed': {
    en: {
      sentence: 'What arrived is not an MQTT CONNECT packet: {detail}.',
      remedy: 'Check that the client speaks MQTT, and TLS exactly on the TLS port (8883).',
    },
    zh: {
      sentence: '收到的内容不是规范的 MQTT CONNECT 报文：{detail}。',
      remedy: '请确认客户端使用 MQTT 协议，并且仅在 TLS 端口（8883）上使用 TLS。',
    },
  },
  'tls-expected': {
    en: {
      sentence: 'What arrived on the TLS port is not TLS ({detail}).',
      remedy:
        'Switch TLS on in the client (mosquitto_pub --cafile …, mqtts:// or ssl:// in the address), or connect to the port for plain MQTT (1883).',
    },
    zh: {
      sentence: 'TLS 端口收到的不是 TLS 数据（{detail}）。',
      remedy:
        '请在客户端启用 TLS（mosquitto_pub --cafile …，或地址使用 mqtts://、ssl://），或改为连接明文 MQTT 端口（1883）。',
    },
  },
  'tls-unexpected': {
    en: {
      sentence: 'The client speaks TLS on the port for plain MQTT.',
      remedy: 'Connect to the TLS port (8883), or switch TLS off in the client.',
    },
    zh: {
      sentence: '客户端在明文 MQTT 端口上使用了 TLS。',
      remedy: '请连接 TLS 端口（8883），或在客户端关闭 TLS。',
    },
  },
  'tls-version-too-old': {
    en: {
      sentence: 'The client offers no TLS version that is still safe; TLS 1.2 and 1.3 are served.',
      remedy: 'Set the client to TLS 1.2 or newer (mosquitto_pub --tls-version tlsv1.2).',
    },
    zh: {
      sentence: '客户端提供的 TLS 版本均已不安全；平台支持 TLS 1.2 和 1.3。',
      remedy: '请将客户端设置为 TLS 1.2 或更高版本（mosquitto_pub --tls-version tlsv1.2）。',
    },
  },
  'tls-no-shared-cipher': {
    en: {
      sentence:
        'The client and the platform have no cipher suite, curve or signature algorithm in common ({detail}).',
      remedy:
        'Let the client offer ECDHE with AES-GCM or ChaCha20, as every TLS library of the last ten years can.',
    },
    zh: {
      sentence: '客户端与平台没有共同的加密套件、曲线或签名算法（{detail}）。',
      remedy: '请让客户端启用 ECDHE 与 AES-GCM 或 ChaCha20 套件（近十年的 TLS 库均支持）。',
    },
  },
  'tls-client-distrusts-server': {
    en: {
      sentence: "The device refused the platform's certificate ({detail}).",
      remedy:
        'The device does not trust the platform CA: give it the platform CA certificate as its CA file (Overview > Obtaining Resources > Download PEM; or /resources/platform-ca.pem). The CA that signed the certificates of the devices is another one. If it has that, the name it connects to must be in the certificate of the platform (Platform > Server certificates; set by QUAYSIDE_PUBLIC_HOST), and its clock must be right.',
    },
    zh: {
      sentence: '设备拒绝了平台的证书（{detail}）。',
      remedy:
        '设备不信任平台 CA：请将平台 CA 证书设置为设备的 CA 文件（总览 > 资源获取 > 下载 PEM 文件，或下载 /resources/platform-ca.pem）；签发设备证书的 CA 与之不同。若已设置，请确认连接所用的域名或地址包含在平台证书中（平台 > 服务器证书，由 QUAYSIDE_PUBLIC_HOST 设置），且设备时钟正确。',
    },
  },
  'tls-client-left': {
    en: {
      sentence: 'The device closed the connection {when}, before it sent CONNECT, and did not say why.',
      remedy:
        'Many clients do so when they do not trust the server: give the device the platform CA certificate as its CA file (Overview > Obtaining Resources > Download PEM; or /resources/platform-ca.pem). A health check that only opens the port looks like this too.',
    },
    zh: {
      sentence: '设备在发送 CONNECT 之前关闭了连接（{when}），未说明原因。',
      remedy:
        '许多客户端在不信任服务器时会这样做：请将平台 CA 证书设置为设备的 CA 文件（总览 > 资源获取 > 下载 PEM 文件，或下载 /resources/platform-ca.pem）。仅探测端口的健康检查也会产生此记录。',
    },
  },
  'tls-handshake-timeout': {
    en: {
      sentence: 'The TLS handshake did not end within {seconds} s.',
      remedy:
        'Check that the client speaks TLS on this port and that nothing between it and the platform holds packets back.',
    },
    zh: {
      sentence: 'TLS 握手未在 {seconds} 秒内完成。',
      remedy: '请确认客户端在该端口使用 TLS，且中间网络没有拦截数据。',
    },
  },
  'packet-before-connect': {
    en: {
      sentence: 'The first packet was not CONNECT: {detail}',
      remedy:
        'An MQTT client must send CONNECT first. Reset the client; if it keeps a session, let it start a new one.',
    },
    zh: {
      sentence: '首个报文不是 CONNECT：{detail}',
      remedy: 'MQTT 客户端必须首先发送 CONNECT。请重启客户端，使其重新建立会话。',
    },
  },
  'packet-too-large': {
    en: {
      sentence: 'The CONNECT packet is too large: {detail}',
      remedy: 'Shorten the will and the user properties; neither is needed here.',
    },
    zh: {
      sentence: 'CONNECT 报文过大：{detail}',
      remedy: '请缩短遗嘱消息和用户属性；平台并不需要它们。',
    },
  },
  'authentication-method-unsupported': {
    en: {
      sentence: 'The client asks for an MQTT 5 authentication method; none is offered.',
      remedy: 'Let the client authenticate by password or by certificate, without an authentication method.',
    },
    zh: {
      sentence: '客户端请求 MQTT 5 增强认证方法，平台不提供。',
      remedy: '请使用密码或证书认证，不要设置认证方法。',
    },
  },
  'maximum-packet-size-too-small': {
    en: {
      sentence: 'The client takes packets of at most {bytes} bytes, which leaves no room for the CONNACK.',
      remedy: 'Raise the Maximum Packet Size of the client, or leave it out.',
    },
    zh: {
      sentence: '客户端最多接收 {bytes} 字节的报文，无法容纳 CONNACK。',
      remedy: '请增大客户端的最大报文长度（Maximum Packet Size），或不设置该项。',
    },
  },
  'cut-while-connecting': {
    en: {
      sentence: 'The connection was given up before it was let in: {cause}.',
      remedy:
        'Another connection of the same device came in, the device was changed, or the platform was stopping. The device may try again.',
    },
    zh: {
      sentence: '连接在接入完成前被终止：{cause}。',
      remedy: '同一设备的另一连接已接入、设备信息被更改或平台正在停止。设备可以重试。',
    },
  },

  // Protocol and server
  'protocol-version-unsupported': {
    en: {
      sentence:
        'The client speaks MQTT protocol level {level}; levels 3 (MQTT 3.1), 4 (3.1.1) and 5 (5.0) are served.',
      remedy: 'Set the client to MQTT 3.1.1 or 5.0.',
    },
    zh: {
      sentence: '客户端使用的 MQTT 协议级别为 {level}；平台支持级别 3（MQTT 3.1）、4（3.1.1）和 5（5.0）。',
      remedy: '请将客户端设置为 MQTT 3.1.1 或 5.0。',
    },
  },
  'server-unavailable': {
    en: {
      sentence: 'The platform could not read its registry at that moment.',
      remedy:
        'The device did nothing wrong and may try again. Look at Platform > Health (API: GET /health/ready) and at the log of the platform.',
    },
    zh: {
      sentence: '平台当时无法读取注册数据。',
      remedy: '设备没有问题，可稍后重试。请查看“平台 > 运行状态”（API：GET /health/ready）和平台日志。',
    },
  },
  'server-busy': {
    en: {
      sentence: 'The platform holds as many connections as it is allowed to.',
      remedy: 'Raise the limit of connections, or look for devices that connect more than once.',
    },
    zh: {
      sentence: '平台的连接数已达到上限。',
      remedy: '请提高连接数上限，或检查是否有设备重复建立连接。',
    },
  },
  'connects-too-many': {
    en: {
      sentence:
        'More than {limit} connections were opened within one second, which is all that the platform is set to take.',
      remedy:
        'The device did nothing wrong and may try again. Let devices wait a random time before they reconnect, or raise QUAYSIDE_CONNECTS_PER_SECOND_MAX.',
    },
    zh: {
      sentence: '一秒内的新建连接超过平台设定的上限 {limit} 个。',
      remedy:
        '设备没有问题，可稍后重试。请让设备在重连前随机等待一段时间，或调大 QUAYSIDE_CONNECTS_PER_SECOND_MAX。',
    },
  },
  'connection-rate': {
    en: {
      sentence:
        'The address {address} was refused too often within a minute, and its next attempts are put off.',
      remedy:
        'Look at the refusals before this one for their cause (Diagnose > Failed connections), correct it, and wait a minute.',
    },
    zh: {
      sentence: '地址 {address} 在一分钟内被拒绝的次数过多，后续连接被暂缓处理。',
      remedy: '请查看此前的拒绝记录（诊断 > 连接失败），找到并修正原因，一分钟后重试。',
    },
  },

  // Client ID
  'client-id-missing': {
    en: {
      sentence: 'The client ID is empty.',
      remedy:
        'Set the client ID to <device ID>_0_0_<UTC hour>, for example {example}. With X.509 it is built the same way.',
    },
    zh: {
      sentence: '客户端 ID（ClientId）为空。',
      remedy: '请将客户端 ID 设置为 <设备ID>_0_0_<UTC 小时>，例如 {example}。X.509 设备的格式相同。',
    },
  },
  'client-id-too-long': {
    en: {
      sentence: 'The client ID has {length} bytes; at most {max} are allowed.',
      remedy: 'It should be <device ID>_0_0_<UTC hour>, for example {example}.',
    },
    zh: {
      sentence: '客户端 ID 长度为 {length} 字节，超过上限 {max} 字节。',
      remedy: '格式应为 <设备ID>_0_0_<UTC 小时>，例如 {example}。',
    },
  },
  'client-id-incomplete': {
    en: {
      sentence:
        "The client ID '{clientId}' does not have its four parts: device ID, 0, sign type and UTC hour, joined by underscores.",
      remedy:
        'Set it to <device ID>_0_0_<UTC hour>, for example {example}. The device ID alone belongs into the user name.',
    },
    zh: {
      sentence: '客户端 ID“{clientId}”不是完整的四段格式：设备 ID、0、签名类型、UTC 小时，以下划线连接。',
      remedy: '请设置为 <设备ID>_0_0_<UTC 小时>，例如 {example}。单独的设备 ID 应填写在用户名中。',
    },
  },
  'client-id-timestamp': {
    en: {
      sentence:
        "The last part of the client ID is '{timestamp}'; it must be ten digits, the UTC hour as YYYYMMDDHH.",
      remedy:
        'End the client ID with the UTC hour: {example} is the present one. Minutes and seconds do not belong there.',
    },
    zh: {
      sentence: '客户端 ID 的最后一段为“{timestamp}”，应为十位数字，即 UTC 时间 YYYYMMDDHH。',
      remedy: '请以 UTC 小时结尾，当前为 {example}，不要包含分和秒。',
    },
  },
  'client-id-sign-type': {
    en: {
      sentence:
        "The sign type in the client ID (the part before the hour) is '{signType}'; 0, 1 and 2 exist.",
      remedy:
        'Use 0 (the hour is not checked), 1 (the hour is checked) or 2 (HMAC-SM3, the hour is checked).',
    },
    zh: {
      sentence: '客户端 ID 中的签名类型（时间戳之前的一段）为“{signType}”，有效值为 0、1、2。',
      remedy: '请使用 0（不校验时间戳）、1（校验时间戳）或 2（HMAC-SM3，校验时间戳）。',
    },
  },
  'client-id-kind': {
    en: {
      sentence:
        "The part of the client ID behind the device ID is '{kind}'; it must be 0 for a device (3 for a bridge).",
      remedy:
        'Build the client ID as <device ID>_0_<sign type>_<UTC hour>. Forms 1 and 2 of older platforms are not served.',
    },
    zh: {
      sentence: '客户端 ID 中设备 ID 之后的一段为“{kind}”，设备应为 0（网桥为 3）。',
      remedy: '请按 <设备ID>_0_<签名类型>_<UTC 小时> 构造客户端 ID。不支持旧平台的类型 1 和 2。',
    },
  },
  'client-id-device-id': {
    en: {
      sentence:
        "The device ID in the client ID, '{deviceId}', is not 1 to 128 letters, digits, underscores and hyphens.",
      remedy:
        'Copy the device ID from the device page, or from the answer to its registration; it is usually <product ID>_<node ID>.',
    },
    zh: {
      sentence: '客户端 ID 中的设备 ID“{deviceId}”不符合要求：应为 1 至 128 个字母、数字、下划线或连字符。',
      remedy: '请从设备详情页或注册设备时的响应中复制设备 ID，通常为 <产品ID>_<设备标识码>。',
    },
  },
  // Keep alive, user name
  'keep-alive-out-of-range': {
    en: {
      sentence: 'The keep-alive interval is {seconds} s; it must lie between {min} and {max} s.',
      remedy: 'Set keep alive to 120 s. Zero, which turns it off, is not allowed.',
    },
    zh: {
      sentence: '保活时间（Keep Alive）为 {seconds} 秒，应在 {min} 到 {max} 秒之间。',
      remedy: '请将保活时间设置为 120 秒。不允许设置为 0（关闭保活）。',
    },
  },
  'username-missing': {
    en: {
      sentence: "CONNECT has no user name; '{deviceId}' was expected.",
      remedy:
        'Set the user name to the device ID. With X.509 it is needed as well; only the password stays empty.',
    },
    zh: {
      sentence: 'CONNECT 中没有用户名，应为“{deviceId}”。',
      remedy: '请将用户名设置为设备 ID。X.509 设备同样需要用户名，只有密码可以为空。',
    },
  },
  'username-mismatch': {
    en: {
      sentence: "The user name is '{username}', but the client ID names the device '{deviceId}'.",
      remedy: "Set the user name to '{deviceId}', or correct the client ID.",
    },
    zh: {
      sentence: '用户名为“{username}”，而客户端 ID 中的设备为“{deviceId}”。',
      remedy: '请将用户名设置为“{deviceId}”，或修正客户端 ID。',
    },
  },
  'bridge-username': {
    en: {
      sentence: "The user name is '{username}', but the client ID names the bridge '{bridgeId}'.",
      remedy: "Set the user name to the bridge ID, '{bridgeId}', or correct the client ID.",
    },
    zh: {
      sentence: '用户名为“{username}”，而客户端 ID 中的网桥为“{bridgeId}”。',
      remedy: '请将用户名设置为网桥 ID“{bridgeId}”，或修正客户端 ID。',
    },
  },

  // Device record
  'device-unknown': {
    en: {
      sentence: "There is no device '{deviceId}' on this platform.",
      remedy:
        'Register it (Devices > All Devices > Individual Register), or compare the device ID letter by letter with the device page. A device that was deleted and registered again may have another ID. Devices with certificates can register themselves: switch that on for their CA (Devices > Device CA Certificates).',
    },
    zh: {
      sentence: '平台上没有设备“{deviceId}”。',
      remedy:
        '请注册该设备（设备 > 所有设备 > 单个注册），或与设备详情中的设备 ID 逐字核对。删除后重新注册的设备 ID 可能不同。使用证书的设备可以自动注册：请为其 CA 开启自注册（设备 > 设备CA证书）。',
    },
  },
  'bridge-unknown': {
    en: {
      sentence:
        "The client ID names a bridge '{bridgeId}' (third part from the right is 3), and there is no such bridge.",
      remedy:
        'Create the bridge (Devices > Bridges > Create), or compare the bridge ID letter by letter with that list. A device connects as <device ID>_0_<sign type>_<UTC hour>, with 0 in that place.',
    },
    zh: {
      sentence: '客户端 ID 表示网桥“{bridgeId}”（右起第三段为 3），但该网桥不存在。',
      remedy:
        '请创建该网桥（设备 > 网桥 > 创建），或与列表中的网桥 ID 逐字核对。设备请使用 <设备ID>_0_<签名类型>_<UTC 小时>，该段应为 0。',
    },
  },
  'bridge-guesses': {
    en: {
      sentence:
        "Within a minute the bridge '{bridgeId}' has sent {max} wrong credentials for the device '{deviceId}', so those that come now are not looked at.",
      remedy:
        'Correct the secret of the device at the bridge; a minute after the first wrong one it is looked at again. Nothing else that the bridge does, and no other way of the device, is affected. If nobody there has changed a secret, somebody guesses: reset the secret of the bridge.',
    },
    zh: {
      sentence: '网桥“{bridgeId}”在一分钟内为设备“{deviceId}”提交了 {max} 次错误凭据，当前的凭据不再校验。',
      remedy:
        '请在网桥侧更正该设备的密钥；自首次错误起一分钟后恢复校验。该网桥的其他设备以及该设备的其他接入方式不受影响。如果并无人更改密钥，可能有人在猜测密钥：请重置网桥的密钥。',
    },
  },
  'bridge-devices-too-many': {
    en: {
      sentence: "{max} devices are logged in through this connection of the bridge '{bridgeId}' already.",
      remedy: 'Log devices out that are not needed, or divide the devices among several bridges.',
    },
    zh: {
      sentence: '通过网桥“{bridgeId}”的该连接已登录 {max} 个设备，达到上限。',
      remedy: '请登出不再需要的设备，或将设备分配到多个网桥。',
    },
  },
  'bridge-logins-too-many': {
    en: {
      sentence: "The bridge '{bridgeId}' logs in more than {max} devices a second.",
      remedy: 'Spread the logins: at most {max} a second, and try this device again a little later.',
    },
    zh: {
      sentence: '网桥“{bridgeId}”每秒登录的设备超过 {max} 个。',
      remedy: '请分散登录请求（每秒不超过 {max} 个），稍后再登录该设备。',
    },
  },
  'device-is-child': {
    en: {
      sentence: "'{deviceId}' is a child of the gateway '{gatewayId}' and cannot connect itself.",
      remedy:
        'Let the gateway report for it, or register it as a directly connected device: Devices > All Devices > Individual Register (API: without gateway_id).',
    },
    zh: {
      sentence: '“{deviceId}”是网关“{gatewayId}”的子设备，不能自行连接。',
      remedy: '请由网关代为上报，或将其注册为直连设备：设备 > 所有设备 > 单个注册（API：不带 gateway_id）。',
    },
  },

  // Signed hour
  'signed-hour-outside': {
    en: {
      sentence:
        'The client ID says {sent} (UTC hour), the platform has {ours}: {difference} h apart. Sign types 1 and 2 allow {behind} h behind to {ahead} h ahead.',
      remedy:
        'Set the clock of the device, and use UTC rather than local time. A device without a reliable clock uses sign type 0. Build the client ID anew for each connection.',
    },
    zh: {
      sentence:
        '客户端 ID 中的 UTC 小时为 {sent}，平台当前为 {ours}，相差 {difference} 小时。签名类型 1 和 2 允许落后 {behind} 小时至超前 {ahead} 小时。',
      remedy:
        '请校准设备时钟，并使用 UTC 而不是本地时间。没有可靠时钟的设备请使用签名类型 0。每次连接都应重新生成客户端 ID。',
    },
  },
  'signed-hour-unreadable': {
    en: {
      sentence:
        "The hour in the client ID, '{sent}', is not a date followed by an hour (YYYYMMDDHH); the platform has {ours}.",
      remedy: 'Use the UTC hour, for example {ours}. Sign types 1 and 2 check it, sign type 0 does not.',
    },
    zh: {
      sentence: '客户端 ID 中的时间“{sent}”不是有效的日期和小时（YYYYMMDDHH），平台当前为 {ours}。',
      remedy: '请使用 UTC 小时，例如 {ours}。签名类型 1 和 2 会校验时间，类型 0 不校验。',
    },
  },

  // Password
  'password-missing': {
    en: {
      sentence: 'The device authenticates with a secret, and CONNECT has no password.',
      remedy:
        'Send lower-case hex of HMAC-SHA256 with the UTC hour of the client ID as key and the device secret as message. If the device should use its certificate instead, give it a fingerprint: device page > Identity > Reset fingerprint (API: POST …/reset-fingerprint).',
    },
    zh: {
      sentence: '该设备使用密钥认证，但 CONNECT 中没有密码。',
      remedy:
        '密码为 HMAC-SHA256 的小写十六进制结果，密钥（key）为客户端 ID 中的 UTC 小时，消息（message）为设备密钥。若设备应使用证书，请为其设置指纹：设备详情 > 身份认证 > 重置指纹（API：POST …/reset-fingerprint）。',
    },
  },
  'password-wrong': {
    en: {
      sentence: 'The password does not fit the device secret and the hour {timestamp} in the client ID.',
      remedy:
        "Compute it as: printf %s SECRET | openssl dgst -sha256 -hmac {timestamp} | sed 's/.* //'. If that differs too, the secret is another one: compare it with device page > Identity > Reveal, or reset it there.",
    },
    zh: {
      sentence: '密码与设备密钥及客户端 ID 中的时间戳 {timestamp} 不匹配。',
      remedy:
        "可用以下命令计算：printf %s SECRET | openssl dgst -sha256 -hmac {timestamp} | sed 's/.* //'。若结果仍不一致，说明密钥不同，请在“设备详情 > 身份认证”中核对或重置密钥。",
    },
  },
  'bridge-password-missing': {
    en: {
      sentence: "CONNECT of the bridge '{bridgeId}' has no password.",
      remedy:
        'Send lower-case hex of HMAC-SHA256 with the UTC hour of the client ID as key and the secret of the bridge as message. A certificate does not take its place.',
    },
    zh: {
      sentence: '网桥“{bridgeId}”的 CONNECT 中没有密码。',
      remedy:
        '密码为 HMAC-SHA256 的小写十六进制结果，密钥（key）为客户端 ID 中的 UTC 小时，消息（message）为网桥密钥。网桥不能用证书代替密码。',
    },
  },
  'bridge-password-wrong': {
    en: {
      sentence:
        "The password does not fit the secret of the bridge '{bridgeId}' and the hour {timestamp} in the client ID.",
      remedy:
        "Compute it as: printf %s SECRET | openssl dgst -sha256 -hmac {timestamp} | sed 's/.* //'. If that differs too, the secret is another one: reset it (Devices > Bridges > Reset secret), and give the new one to the bridge.",
    },
    zh: {
      sentence: '密码与网桥“{bridgeId}”的密钥及客户端 ID 中的时间戳 {timestamp} 不匹配。',
      remedy:
        "可用以下命令计算：printf %s SECRET | openssl dgst -sha256 -hmac {timestamp} | sed 's/.* //'。若结果仍不一致，说明密钥不同，请重置密钥（设备 > 网桥 > 重置密钥）并更新到网桥。",
    },
  },
  'password-is-secret': {
    en: {
      sentence: 'The password is the device secret itself. It must be an HMAC of it.',
      remedy:
        "Send what this prints: printf %s SECRET | openssl dgst -sha256 -hmac {timestamp} | sed 's/.* //'. The secret has now been sent over the network: consider resetting it (device page > Identity > Reset secret).",
    },
    zh: {
      sentence: '密码就是设备密钥本身，应为其 HMAC 值。',
      remedy:
        "请发送以下命令的输出：printf %s SECRET | openssl dgst -sha256 -hmac {timestamp} | sed 's/.* //'。密钥已在网络上传输，建议重置（设备详情 > 身份认证 > 重置密钥）。",
    },
  },
  'password-upper-case': {
    en: {
      sentence: 'The password is right but for its letters: the hex digits are in upper case.',
      remedy: 'Send the digest in lower-case hex.',
    },
    zh: {
      sentence: '密码的值正确，但十六进制字母为大写。',
      remedy: '请以小写十六进制发送。',
    },
  },
  'password-spaces': {
    en: {
      sentence: 'The password is right but for spaces or a line break around it.',
      remedy: 'Send exactly the 64 hex digits. In a shell, mind the line break that echo and openssl add.',
    },
    zh: {
      sentence: '密码的值正确，但前后有空格或换行。',
      remedy: '请只发送 64 位十六进制数字。在命令行中请注意 echo 和 openssl 输出的换行。',
    },
  },
  'password-with-label': {
    en: {
      sentence: 'The password holds the right digest, but other text beside it.',
      remedy:
        "Send the 64 hex digits alone. openssl puts a label such as 'SHA2-256(stdin)= ' before them, which sed takes off: printf %s SECRET | openssl dgst -sha256 -hmac {timestamp} | sed 's/.* //'.",
    },
    zh: {
      sentence: '密码中包含正确的摘要，但还带有其他文字。',
      remedy:
        "请只发送 64 位十六进制数字。openssl 会在其前面输出“SHA2-256(stdin)= ”之类的标签，可用 sed 去掉：printf %s SECRET | openssl dgst -sha256 -hmac {timestamp} | sed 's/.* //'。",
    },
  },
  'password-base64': {
    en: {
      sentence: 'The password is the right digest in Base64; it must be in hex.',
      remedy: 'Send the 32 bytes of the digest as 64 lower-case hex digits.',
    },
    zh: {
      sentence: '密码是正确摘要的 Base64 形式，应使用十六进制。',
      remedy: '请将 32 字节摘要以 64 位小写十六进制发送。',
    },
  },
  'password-key-swapped': {
    en: {
      sentence:
        'The password was computed with key and message swapped: the secret was taken as the HMAC key.',
      remedy: 'The key is the UTC hour of the client ID ({timestamp}), the message is the device secret.',
    },
    zh: {
      sentence: '计算密码时密钥和消息颠倒：把设备密钥当作了 HMAC 的 key。',
      remedy: 'HMAC 的 key 应为客户端 ID 中的 UTC 小时（{timestamp}），message 应为设备密钥。',
    },
  },
  'password-not-hmac': {
    en: {
      sentence: 'The password is a plain hash of secret and hour put together, not an HMAC.',
      remedy: 'Use HMAC with the UTC hour ({timestamp}) as key and the device secret as message.',
    },
    zh: {
      sentence: '密码是设备密钥与时间拼接后的普通哈希，而不是 HMAC。',
      remedy: '请使用 HMAC，key 为 UTC 小时（{timestamp}），message 为设备密钥。',
    },
  },
  'password-line-break': {
    en: {
      sentence: 'The password was computed over the device secret with a line break behind it.',
      remedy: 'Use printf %s SECRET or echo -n: a plain echo adds a line break to the secret.',
    },
    zh: {
      sentence: '计算密码时，设备密钥末尾多了一个换行符。',
      remedy: '请使用 printf %s SECRET 或 echo -n；普通的 echo 会在密钥后添加换行。',
    },
  },
  'password-other-hour': {
    en: {
      sentence: 'The password was computed for the hour {signed}, but the client ID says {timestamp}.',
      remedy:
        'Use the same hour for both. Read the clock once, then build client ID and password from that one text.',
    },
    zh: {
      sentence: '密码是按时间 {signed} 计算的，而客户端 ID 中的时间为 {timestamp}。',
      remedy: '两者必须使用同一时间：只读取一次时钟，再用同一个字符串生成客户端 ID 和密码。',
    },
  },
  'password-other-algorithm': {
    en: {
      sentence:
        'The password was computed with HMAC-{used}, but the sign type in the client ID asks for HMAC-{asked}.',
      remedy: 'Sign types 0 and 1 stand for HMAC-SHA256, sign type 2 for HMAC-SM3. Change one of the two.',
    },
    zh: {
      sentence: '密码使用 HMAC-{used} 计算，而客户端 ID 中的签名类型要求 HMAC-{asked}。',
      remedy: '签名类型 0 和 1 对应 HMAC-SHA256，类型 2 对应 HMAC-SM3，请修改其中之一。',
    },
  },

  // Certificate of the device itself
  'certificate-plain-port': {
    en: {
      sentence:
        'The device authenticates with an X.509 certificate and came over the port without TLS, where none can be shown.',
      remedy:
        'Connect to the TLS port (8883) with the platform CA certificate as CA file (Overview > Obtaining Resources; or /resources/platform-ca.pem), client certificate and client key.',
    },
    zh: {
      sentence: '该设备使用 X.509 证书认证，却连接到未加密端口，无法出示证书。',
      remedy:
        '请连接 TLS 端口（8883），并配置 CA 文件（总览 > 资源获取中的平台 CA 证书，或 /resources/platform-ca.pem）、客户端证书和客户端私钥。',
    },
  },
  'certificate-wrong-listener': {
    en: {
      sentence:
        'The device authenticates with an X.509 certificate, which can only be shown over MQTTS, not over WebSocket or HTTP.',
      remedy:
        'Connect to the MQTTS port (8883) with the platform CA certificate as CA file, client certificate and client key, or register the device with a secret.',
    },
    zh: {
      sentence: '该设备使用 X.509 证书认证，证书只能通过 MQTTS 出示，WebSocket 与 HTTP 接入均不支持。',
      remedy:
        '请连接 MQTTS 端口（8883），并配置 CA 文件（平台 CA 证书）、客户端证书和客户端私钥；或改用密钥方式注册设备。',
    },
  },
  'certificate-missing': {
    en: {
      sentence: 'The device authenticates with an X.509 certificate, and the client presented none.',
      remedy:
        'Configure client certificate (deviceCert.pem) and client key (deviceCert.key). If both are set, the client may have left the certificate out because certificate and key do not belong together.',
    },
    zh: {
      sentence: '该设备使用 X.509 证书认证，但客户端没有出示证书。',
      remedy:
        '请配置客户端证书（deviceCert.pem）和私钥（deviceCert.key）。若均已配置，请检查证书与私钥是否匹配。',
    },
  },
  'certificate-undecodable': {
    en: {
      sentence: 'What the client presented cannot be read as X.509 certificates.',
      remedy:
        'Look at the file with: openssl x509 -in deviceCert.pem -text. Have the certificate issued again.',
    },
    zh: {
      sentence: '客户端出示的内容无法解析为 X.509 证书。',
      remedy: '请用 openssl x509 -in deviceCert.pem -text 检查文件，并重新签发证书。',
    },
  },
  'certificate-chain-too-long': {
    en: {
      sentence: 'The client presented {count} certificates; at most {max} are read.',
      remedy: 'Send the device certificate and its intermediates only, not a bundle of CA certificates.',
    },
    zh: {
      sentence: '客户端出示了 {count} 个证书，最多允许 {max} 个。',
      remedy: '请只发送设备证书及其中间证书，不要发送整个 CA 证书包。',
    },
  },
  'certificate-expired': {
    en: {
      sentence: "The certificate '{subject}' expired at {expiry}; it is now {now}.",
      remedy:
        'Issue a new device certificate, and set its fingerprint: device page > Identity > Reset fingerprint (API: POST …/reset-fingerprint).',
    },
    zh: {
      sentence: '证书“{subject}”已于 {expiry} 过期，当前时间为 {now}。',
      remedy:
        '请签发新的设备证书，并更新设备的指纹：设备详情 > 身份认证 > 重置指纹（API：POST …/reset-fingerprint）。',
    },
  },
  'certificate-not-yet-valid': {
    en: {
      sentence: "The certificate '{subject}' is valid only from {start}; it is now {now}.",
      remedy:
        'Wait until then, or correct the clock of the machine that issues certificates (or of this platform).',
    },
    zh: {
      sentence: '证书“{subject}”自 {start} 起才生效，当前时间为 {now}。',
      remedy: '请等待其生效，或校准签发证书的计算机（或本平台）的时钟。',
    },
  },
  'certificate-weak-key': {
    en: {
      sentence: "The key of the certificate '{subject}' is {key}, which is not accepted.",
      remedy:
        'Use RSA with at least 2048 bits, P-256, P-384, P-521 or Ed25519, for example: openssl genrsa -out deviceCert.key 2048.',
    },
    zh: {
      sentence: '证书“{subject}”的密钥为 {key}，不符合强度要求。',
      remedy:
        '请使用至少 2048 位的 RSA、P-256、P-384、P-521 或 Ed25519，例如：openssl genrsa -out deviceCert.key 2048。',
    },
  },
  'certificate-weak-digest': {
    en: {
      sentence: "The certificate '{subject}' is signed with {algorithm}, which is not accepted.",
      remedy: 'Sign it again with -sha256.',
    },
    zh: {
      sentence: '证书“{subject}”的签名算法为 {algorithm}，不被接受。',
      remedy: '请使用 -sha256 重新签发。',
    },
  },
  'certificate-not-for-clients': {
    en: {
      sentence: "The certificate '{subject}' must not be used by a TLS client: its {extension} says {seen}.",
      remedy:
        'Issue it with extendedKeyUsage=clientAuth and keyUsage=digitalSignature, or without these extensions.',
    },
    zh: {
      sentence: '证书“{subject}”不允许用于 TLS 客户端：其 {extension} 为 {seen}。',
      remedy: '请在签发时设置 extendedKeyUsage=clientAuth 和 keyUsage=digitalSignature，或不带这两个扩展。',
    },
  },
  'certificate-critical-extension': {
    en: {
      sentence: "The certificate '{subject}' has a critical extension, {oid}, that is not understood here.",
      remedy: 'Issue the certificate without it, or with the extension not marked critical.',
    },
    zh: {
      sentence: '证书“{subject}”包含无法识别的关键扩展 {oid}。',
      remedy: '请去掉该扩展，或不要将其标记为关键（critical）。',
    },
  },

  // The way up to a CA
  'certificate-self-signed': {
    en: {
      sentence: "The certificate '{subject}' is signed by its own key, not by a CA.",
      remedy:
        'Sign it with the key of an uploaded CA: openssl x509 -req -in deviceCert.csr -CA rootCA.pem -CAkey rootCA.key -CAcreateserial -out deviceCert.pem -days 500 -sha256.',
    },
    zh: {
      sentence: '证书“{subject}”由其自身密钥签名，而不是由 CA 签发。',
      remedy:
        '请用已上传 CA 的私钥签发：openssl x509 -req -in deviceCert.csr -CA rootCA.pem -CAkey rootCA.key -CAcreateserial -out deviceCert.pem -days 500 -sha256。',
    },
  },
  'certificate-ca-unknown': {
    en: {
      sentence:
        "The certificate '{subject}' names '{issuer}' as its issuer, and no device CA certificate of that name is uploaded.",
      remedy:
        "Upload the CA certificate (Devices > Device CA Certificates) and verify it. If '{issuer}' is an intermediate of an uploaded CA, have the device send the intermediate along (append it to deviceCert.pem).",
    },
    zh: {
      sentence: '证书“{subject}”的颁发者为“{issuer}”，但平台上没有该名称的设备CA证书。',
      remedy:
        '请上传该 CA 证书（设备 > 设备CA证书）并完成验证。如果“{issuer}”是已上传 CA 的中间证书，请让设备一并发送中间证书（追加到 deviceCert.pem）。',
    },
  },
  'certificate-chain-incomplete': {
    en: {
      sentence:
        "The chain ends at '{subject}', issued by '{issuer}', which is neither presented nor uploaded.",
      remedy:
        "Upload '{issuer}' (Devices > Device CA Certificates) and verify it, or have the device send the intermediates that lead to an uploaded CA.",
    },
    zh: {
      sentence: '证书链止于“{subject}”，其颁发者“{issuer}”既未随链发送，也未上传。',
      remedy: '请上传“{issuer}”（设备 > 设备CA证书）并完成验证，或让设备发送通往已上传 CA 的中间证书。',
    },
  },
  'certificate-signature-wrong': {
    en: {
      sentence:
        "The certificate '{subject}' names '{issuer}' as its issuer, but the key of the uploaded CA of that name did not sign it.",
      remedy:
        'The CA was probably made anew with the same name, or there are two of them. Upload the CA that signed the device certificate, or sign the device certificate again with the key of the uploaded one.',
    },
    zh: {
      sentence: '证书“{subject}”声明由“{issuer}”签发，但与已上传的同名 CA 的密钥不符。',
      remedy:
        '可能是 CA 用相同名称重新生成过，或存在两个同名 CA。请上传实际签发设备证书的 CA，或用已上传 CA 的私钥重新签发设备证书。',
    },
  },
  'certificate-ca-unverified': {
    en: {
      sentence: "The certificate is signed by '{issuer}', which is uploaded but not verified.",
      remedy:
        'Upload a verification certificate for it (Devices > Device CA Certificates): a certificate with the verification code as Common Name, signed with the key of the CA (API: POST …/certificates/<certificate ID>/action?action_id=verify).',
    },
    zh: {
      sentence: '证书由“{issuer}”签发，该 CA 已上传但尚未验证。',
      remedy:
        '请在“设备 > 设备CA证书 > 上传验证证书”中上传以验证码为通用名称（Common Name）、用该 CA 私钥签发的证书（API：POST …/certificates/<证书ID>/action?action_id=verify）。',
    },
  },
  'certificate-ca-expired': {
    en: {
      sentence: "The certificate is signed by the CA '{issuer}', which expired at {expiry}; it is now {now}.",
      remedy:
        'Make a new CA certificate (with the same key the device certificates stay usable), upload it (Devices > Device CA Certificates) and verify it.',
    },
    zh: {
      sentence: '证书由 CA“{issuer}”签发，该 CA 已于 {expiry} 过期，当前时间为 {now}。',
      remedy:
        '请生成新的 CA 证书（沿用同一密钥时设备证书仍可使用），然后上传（设备 > 设备CA证书）并完成验证。',
    },
  },
  'certificate-ca-not-yet-valid': {
    en: {
      sentence:
        "The certificate is signed by the CA '{issuer}', which is valid only from {start}; it is now {now}.",
      remedy: 'Wait until then, or correct the clock of the machine that made the CA (or of this platform).',
    },
    zh: {
      sentence: '证书由 CA“{issuer}”签发，该 CA 自 {start} 起才生效，当前时间为 {now}。',
      remedy: '请等待其生效，或校准生成 CA 的计算机（或本平台）的时钟。',
    },
  },
  'certificate-intermediate-not-ca': {
    en: {
      sentence: "'{subject}' signed another certificate of the chain without being a CA: {detail}.",
      remedy:
        'Issue the intermediate with basicConstraints=critical,CA:true and keyUsage=keyCertSign. A device certificate cannot issue others.',
    },
    zh: {
      sentence: '“{subject}”签发了链中的另一个证书，但它不是 CA：{detail}。',
      remedy:
        '请以 basicConstraints=critical,CA:true 和 keyUsage=keyCertSign 签发中间证书。设备证书不能再签发证书。',
    },
  },
  'certificate-path-too-long': {
    en: {
      sentence: "'{issuer}' allows at most {limit} intermediates below it, and the chain has more.",
      remedy: 'Issue the device certificate from a CA higher up, or make the CA with a larger pathlen.',
    },
    zh: {
      sentence: '“{issuer}”最多允许其下有 {limit} 级中间证书，证书链超过了该限制。',
      remedy: '请由更上层的 CA 签发设备证书，或以更大的 pathlen 重新生成该 CA。',
    },
  },
  'certificate-name-not-permitted': {
    en: {
      sentence: "A name in the chain is outside of what '{issuer}' may issue (its name constraints).",
      remedy: "Issue the device certificate with a subject and alternative names that '{issuer}' permits.",
    },
    zh: {
      sentence: '证书链中有名称超出了“{issuer}”的签发范围（名称约束）。',
      remedy: '请以“{issuer}”允许的使用者和备用名称签发设备证书。',
    },
  },
  'certificate-path-invalid': {
    en: {
      sentence: "The chain up to '{issuer}' is not valid: {detail}.",
      remedy: 'Check it with: openssl verify -CAfile rootCA.pem -untrusted intermediates.pem deviceCert.pem.',
    },
    zh: {
      sentence: '通往“{issuer}”的证书链无效：{detail}。',
      remedy:
        '请用以下命令检查：openssl verify -CAfile rootCA.pem -untrusted intermediates.pem deviceCert.pem。',
    },
  },

  // Fingerprint
  'fingerprint-mismatch': {
    en: {
      sentence:
        'The certificate is not the one of this device: its fingerprint is {seen}, registered is {expected}.',
      remedy:
        'Compare with: openssl x509 -noout -fingerprint -sha256 -in deviceCert.pem. If the device has a new certificate, set its fingerprint, as the primary or the secondary one: device page > Identity > Reset fingerprint (API: POST …/reset-fingerprint).',
    },
    zh: {
      sentence: '证书不是该设备登记的证书：其指纹为 {seen}，登记的指纹为 {expected}。',
      remedy:
        '请用 openssl x509 -noout -fingerprint -sha256 -in deviceCert.pem 核对。若设备更换了证书，请将新指纹设为主指纹或备用指纹：设备详情 > 身份认证 > 重置指纹（API：POST …/reset-fingerprint）。',
    },
  },
  'fingerprint-of-ca': {
    en: {
      sentence:
        "The fingerprint registered for the device is that of the CA certificate '{ca}', not of the device certificate ({seen}).",
      remedy:
        'Set the fingerprint of the device certificate: device page > Identity > Reset fingerprint (API: POST …/reset-fingerprint). This prints it: openssl x509 -noout -fingerprint -sha256 -in deviceCert.pem.',
    },
    zh: {
      sentence: '设备登记的指纹是 CA 证书“{ca}”的指纹，而不是设备证书的指纹（{seen}）。',
      remedy:
        '请改为设备证书的指纹：设备详情 > 身份认证 > 重置指纹（API：POST …/reset-fingerprint）。可用以下命令查看：openssl x509 -noout -fingerprint -sha256 -in deviceCert.pem。',
    },
  },

  // State of the device
  'device-frozen': {
    en: {
      sentence: "The credentials are right, but the device '{deviceId}' is frozen.",
      remedy: 'If it should connect again: device page > Unfreeze (API: POST …/devices/{deviceId}/unfreeze).',
    },
    zh: {
      sentence: '凭证正确，但设备“{deviceId}”已被冻结。',
      remedy: '如需恢复连接，请在设备详情中点击“解冻”（API：POST …/devices/{deviceId}/unfreeze）。',
    },
  },
  'tls-required': {
    en: {
      sentence:
        "The credentials are right, but the device '{deviceId}' may connect over TLS only (Secure access) and came over the port without TLS.",
      remedy:
        'Connect to the TLS port (8883) with the platform CA certificate as CA file (Overview > Obtaining Resources; or /resources/platform-ca.pem), or switch Secure access off: device page > Settings (API: secure_access false).',
    },
    zh: {
      sentence: '凭证正确，但设备“{deviceId}”启用了安全接入，却连接到未加密端口。',
      remedy:
        '请以平台 CA 证书为 CA 文件（总览 > 资源获取，或 /resources/platform-ca.pem）连接 TLS 端口（8883），或关闭安全接入：设备详情 > 设置（API：secure_access 设为 false）。',
    },
  },

  // Devices that register themselves
  ...provisioningCodes,
} as const satisfies Record<string, VerdictText>

export type ConnectionCode = keyof typeof connectionCodes

export interface VerdictText {
  readonly en: { readonly sentence: string; readonly remedy: string }
  readonly zh: { readonly sentence: string; readonly remedy: string }
}
