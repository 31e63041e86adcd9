/** Codes of devices that register themselves; see `connection-codes.ts`. */
export const provisioningCodes = {
  'device-registered': {
    en: {
      sentence:
        "The device '{deviceId}' was not registered yet. The provisioning template '{template}' registered it from its certificate, which the CA '{ca}' signed, and it was let in.",
      remedy:
        'Nothing needs to be done. A device that is deleted registers itself again with its next connection: freeze it to keep it out, or switch self-registration off for the CA (Devices > Device CA Certificates).',
    },
    zh: {
      sentence:
        '设备“{deviceId}”此前未注册。预调配模板“{template}”已根据其证书（由 CA“{ca}”签发）自动注册该设备，并允许接入。',
      remedy:
        '无需处理。被删除的设备在下次连接时会再次自动注册：如需禁止接入，请冻结该设备，或关闭该 CA 的自注册（设备 > 设备CA证书）。',
    },
  },
  'provisioning-off': {
    en: {
      sentence: "The CA '{ca}' does not let devices register themselves, and this device is not registered.",
      remedy:
        'Switch self-registration on for the CA and bind a provisioning template (Devices > Device CA Certificates; API: PUT …/certificates/<certificate ID> with provision_enable and template_id), or register the device.',
    },
    zh: {
      sentence: 'CA“{ca}”未开启设备自注册，而该设备尚未注册。',
      remedy:
        '请为该 CA 开启自注册并绑定预调配模板（设备 > 设备CA证书；API：PUT …/certificates/<证书ID>，provision_enable 和 template_id），或先注册该设备。',
    },
  },
  'provisioning-template-unbound': {
    en: {
      sentence:
        "The CA '{ca}' lets devices register themselves, but no provisioning template is bound to it, so nothing says what to make of the device.",
      remedy:
        'Bind a template to the CA (Devices > Device CA Certificates; API: PUT …/certificates/<certificate ID> with template_id).',
    },
    zh: {
      sentence: 'CA“{ca}”已开启自注册，但没有绑定预调配模板，无法确定如何注册设备。',
      remedy: '请为该 CA 绑定模板（设备 > 设备CA证书；API：PUT …/certificates/<证书ID>，template_id）。',
    },
  },
  'provisioning-template-gone': {
    en: {
      sentence:
        "The CA '{ca}' lets devices register themselves by the provisioning template {templateId}, which does not exist.",
      remedy:
        'Bind another template to the CA (Devices > Device CA Certificates; API: PUT …/certificates/<certificate ID> with template_id).',
    },
    zh: {
      sentence: 'CA“{ca}”绑定的预调配模板 {templateId} 不存在，无法自动注册设备。',
      remedy: '请为该 CA 绑定其他模板（设备 > 设备CA证书；API：PUT …/certificates/<证书ID>，template_id）。',
    },
  },
  'provisioning-template-other': {
    en: {
      sentence: "The CA '{ca}' lets devices register themselves, but by another template than '{template}'.",
      remedy:
        'Bind this template to the CA (Devices > Device CA Certificates; API: PUT …/certificates/<certificate ID> with template_id), or try the certificate with the other one.',
    },
    zh: {
      sentence: 'CA“{ca}”已开启自注册，但绑定的不是模板“{template}”。',
      remedy:
        '请将本模板绑定到该 CA（设备 > 设备CA证书；API：PUT …/certificates/<证书ID>，template_id），或用其绑定的模板测试该证书。',
    },
  },
  'provisioning-device-exists': {
    en: {
      sentence:
        "The device '{deviceId}' is registered already, so no template is asked when it connects: what is registered of it decides.",
      remedy:
        'Judge a connection of it with Would it connect?. A device that is to use this certificate needs its fingerprint: device page > Identity > Reset fingerprint (API: POST …/reset-fingerprint).',
    },
    zh: {
      sentence: '设备“{deviceId}”已经注册，连接时不再使用模板，而是按其注册信息判断。',
      remedy:
        '可用“能否连接？”检查该设备。若要使用此证书，请为其设置指纹：设备详情 > 身份认证 > 重置指纹（API：POST …/reset-fingerprint）。',
    },
  },
  'provisioning-field-missing': {
    en: {
      sentence:
        "The provisioning template '{template}' takes {member} from the certificate's {field}, and its subject has no {field}.",
      remedy:
        'Issue the certificate with that part in its subject (openssl req -subj /C=…/ST=…/O=…/OU=…/CN=…/serialNumber=…), or let the template take {member} from another part.',
    },
    zh: {
      sentence:
        '预调配模板“{template}”从证书使用者的 {field} 读取 {member}，但该证书的使用者中没有 {field}。',
      remedy:
        '请在签发证书时填写该字段（openssl req -subj /C=…/ST=…/O=…/OU=…/CN=…/serialNumber=…），或让模板从其他字段读取 {member}。',
    },
  },
  'provisioning-value-unfit': {
    en: {
      sentence:
        "The provisioning template '{template}' makes {member} '{value}' of the certificate: {detail}.",
      remedy:
        'Issue the certificate with a subject that fits, or let the template take {member} from another part.',
    },
    zh: {
      sentence: '预调配模板“{template}”根据证书得到的 {member} 为“{value}”，不符合要求：{detail}。',
      remedy: '请签发使用者符合要求的证书，或让模板从其他字段读取 {member}。',
    },
  },
  'provisioning-other-device': {
    en: {
      sentence:
        "The certificate is that of the device '{made}', says the provisioning template '{template}', but the client ID names '{deviceId}', which is not registered.",
      remedy:
        "Connect as '{made}' (client ID {made}_0_0_<UTC hour>, user name {made}), or correct the template.",
    },
    zh: {
      sentence:
        '按预调配模板“{template}”，该证书对应设备“{made}”，但客户端 ID 中的设备为“{deviceId}”，且未注册。',
      remedy: '请以“{made}”连接（客户端 ID 为 {made}_0_0_<UTC 小时>，用户名为 {made}），或修正模板。',
    },
  },
  'provisioning-product-missing': {
    en: {
      sentence:
        "The provisioning template '{template}' makes devices of the product {productId}, and there is no such product.",
      remedy:
        'Create the product with that ID (Products > Create Product), or correct product_id in the template or the part of the certificate that it is read from.',
    },
    zh: {
      sentence: '预调配模板“{template}”指定的产品 {productId} 不存在。',
      remedy: '请以该 ID 创建产品（产品 > 创建产品），或修正模板中的 product_id 或证书中的对应字段。',
    },
  },
  'provisioning-node-taken': {
    en: {
      sentence:
        "The provisioning template '{template}' makes node ID '{nodeId}' of the certificate, which another device of the product {productId} has already.",
      remedy:
        'Look for that device (Devices > All Devices, by node ID). If it is this one, let it connect under its own device ID, and set its fingerprint: device page > Identity > Reset fingerprint.',
    },
    zh: {
      sentence:
        '预调配模板“{template}”根据证书得到的设备标识码为“{nodeId}”，产品 {productId} 下已有其他设备使用。',
      remedy:
        '请查找该设备（设备 > 所有设备，按设备标识码）。如果就是这台设备，请使用其原有设备 ID 连接，并设置指纹：设备详情 > 身份认证 > 重置指纹。',
    },
  },
  'provisioning-policy-missing': {
    en: {
      sentence:
        "The provisioning template '{template}' gives its devices the policy {policyId}, and there is no such policy in the resource space of the device.",
      remedy: 'Take the policy out of the template, or name one of the resource space of its product.',
    },
    zh: {
      sentence: '预调配模板“{template}”为设备指定的策略 {policyId} 在设备所属的资源空间中不存在。',
      remedy: '请从模板中去掉该策略，或指定产品所属资源空间中的策略。',
    },
  },
  'provisioning-busy': {
    en: {
      sentence: 'So many devices register themselves at the moment that this one was put off.',
      remedy: 'Nothing needs to be done: the device may try again.',
    },
    zh: {
      sentence: '当前自动注册的设备过多，该设备被暂缓处理。',
      remedy: '无需处理，设备可以重试。',
    },
  },
  'provisioning-too-many': {
    en: {
      sentence:
        "The device is not registered, and may not register itself: '{by}' has {max} devices already that did so, and that is the bound.",
      remedy:
        'If they are all yours, raise QUAYSIDE_SELF_REGISTERED_DEVICES_MAX and start the platform again. If some are not, the secret of the registration group or the key of the CA has got out: switch the group, or self-registration for the CA, off; delete the devices that are not yours; and give the line another group or CA.',
    },
    zh: {
      sentence: '该设备尚未注册，且不能自动注册：通过“{by}”自动注册的设备已有 {max} 个，达到上限。',
      remedy:
        '如果这些都是您的设备，请调大 QUAYSIDE_SELF_REGISTERED_DEVICES_MAX 并重启平台。如果有不明设备，说明注册组密钥或 CA 私钥已泄露：请停用该注册组或关闭该 CA 的自注册，删除不明设备，并为该产线改用新的注册组或 CA。',
    },
  },

  // Registration groups
  'device-registered-by-group': {
    en: {
      sentence:
        "The device '{deviceId}' was not registered yet. The registration group '{group}' registered it, and it was let in to ask for its address.",
      remedy:
        'Nothing needs to be done: with the address the device connects again, as <device ID>_0_0_<UTC hour>. On this connection it can do nothing else.',
    },
    zh: {
      sentence: '设备“{deviceId}”此前未注册。注册组“{group}”已自动注册该设备，并允许其查询接入地址。',
      remedy: '无需处理：设备获得地址后会以 <设备ID>_0_0_<UTC 小时> 重新连接。本次连接只能用于引导。',
    },
  },
  'group-unknown': {
    en: {
      sentence:
        "The client ID '{clientId}' names a registration group with the scope ID '{scope}' in third place, and there is no such group.",
      remedy:
        'Copy the scope ID from the group (Devices > Provisioning). A device that is registered already connects as <device ID>_0_0_<UTC hour>, for example {example}.',
    },
    zh: {
      sentence: '客户端 ID“{clientId}”的第三段是注册组的 scope ID“{scope}”，但该注册组不存在。',
      remedy:
        '请从注册组（设备 > 设备发放）复制 scope ID。已注册的设备请使用 <设备ID>_0_0_<UTC 小时> 连接，例如 {example}。',
    },
  },
  'group-disabled': {
    en: {
      sentence: "The registration group '{group}' is switched off.",
      remedy:
        'Switch it on if its devices may register (Devices > Provisioning; API: PUT …/registration-groups/{scope} with enabled true).',
    },
    zh: {
      sentence: '注册组“{group}”已停用。',
      remedy:
        '如允许该组设备注册，请启用它（设备 > 设备发放；API：PUT …/registration-groups/{scope}，enabled 为 true）。',
    },
  },
  'group-wants-secret': {
    en: {
      sentence:
        "The devices of the registration group '{group}' sign with the group secret, and the client ID has the form for certificates, without sign type and hour.",
      remedy:
        'Build the client ID as <device ID>_0_{scope}_0_<UTC hour> and sign with the group secret, or use a group of certificates.',
    },
    zh: {
      sentence: '注册组“{group}”的设备使用组密钥签名，而客户端 ID 是证书方式的格式（没有签名类型和时间戳）。',
      remedy: '请使用客户端 ID <设备ID>_0_{scope}_0_<UTC 小时> 并用组密钥签名，或使用证书方式的注册组。',
    },
  },
  'group-wants-certificate': {
    en: {
      sentence:
        "The devices of the registration group '{group}' show a certificate, and the client ID has the form for group secrets, with sign type and hour.",
      remedy:
        'Build the client ID as <device ID>_0_{scope} and show the device certificate, or use a group with a secret.',
    },
    zh: {
      sentence: '注册组“{group}”的设备使用证书，而客户端 ID 是组密钥方式的格式（带有签名类型和时间戳）。',
      remedy: '请使用客户端 ID <设备ID>_0_{scope} 并出示设备证书，或使用密钥方式的注册组。',
    },
  },
  'group-password-wrong': {
    en: {
      sentence:
        "The password does not fit the secret of the registration group '{group}', the device ID '{deviceId}' and the hour {timestamp}.",
      remedy:
        "Two steps: K=$(printf %s SECRET | openssl dgst -sha256 -hmac {deviceId} | sed 's/.* //'), where SECRET is the group secret decoded from Base64; then printf %s $K | openssl dgst -sha256 -hmac {timestamp} | sed 's/.* //'. If that differs too, the group secret is another one.",
    },
    zh: {
      sentence: '密码与注册组“{group}”的密钥、设备 ID“{deviceId}”及时间戳 {timestamp} 不匹配。',
      remedy:
        "分两步计算：K=$(printf %s SECRET | openssl dgst -sha256 -hmac {deviceId} | sed 's/.* //')，其中 SECRET 为 Base64 解码后的组密钥；再执行 printf %s $K | openssl dgst -sha256 -hmac {timestamp} | sed 's/.* //'。若结果仍不一致，说明组密钥不同。",
    },
  },
  'group-device-other': {
    en: {
      sentence:
        "The device '{deviceId}' is registered already, with other credentials than those that the registration group '{group}' gives.",
      remedy:
        'Connect with its own credentials, as <device ID>_0_0_<UTC hour>. To let the group register it anew, delete it first (Devices > All Devices).',
    },
    zh: {
      sentence: '设备“{deviceId}”已经注册，其凭证与注册组“{group}”所赋予的不同。',
      remedy:
        '请使用设备自身的凭证，以 <设备ID>_0_0_<UTC 小时> 连接。如需由该组重新注册，请先删除该设备（设备 > 所有设备）。',
    },
  },
  'group-ca-other': {
    en: {
      sentence:
        "The certificate leads to the CA '{ca}', which is not the CA of the registration group '{group}'.",
      remedy:
        'Sign the device certificate with the CA of the group, or make a group of this CA (Devices > Provisioning).',
    },
    zh: {
      sentence: '证书由 CA“{ca}”签发，而它不是注册组“{group}”的 CA。',
      remedy: '请用该组的 CA 签发设备证书，或为此 CA 创建注册组（设备 > 设备发放）。',
    },
  },
  'group-product-missing': {
    en: {
      sentence:
        "The part of the device ID '{deviceId}' before the first underscore, {productId}, is not a product, so the registration group '{group}' cannot register it.",
      remedy:
        'Begin the device ID with the ID of an existing product and an underscore, or leave underscores out: then it is of the product of the group.',
    },
    zh: {
      sentence:
        '设备 ID“{deviceId}”中第一个下划线之前的部分 {productId} 不是已有产品，注册组“{group}”无法注册该设备。',
      remedy: '请让设备 ID 以已有产品的 ID 加下划线开头，或不使用下划线（此时使用注册组的产品）。',
    },
  },
  'group-product-unset': {
    en: {
      sentence:
        "The device ID '{deviceId}' names no product, and the registration group '{group}' has none for such devices, or it was deleted.",
      remedy:
        'Give the group a product (Devices > Provisioning), or begin the device ID with the ID of a product and an underscore.',
    },
    zh: {
      sentence: '设备 ID“{deviceId}”没有指明产品，而注册组“{group}”没有设置产品，或其产品已被删除。',
      remedy: '请为注册组设置产品（设备 > 设备发放），或让设备 ID 以产品 ID 加下划线开头。',
    },
  },
  'group-node-unfit': {
    en: {
      sentence:
        "The registration group '{group}' makes node ID '{nodeId}' of the device ID '{deviceId}': {detail}.",
      remedy: 'Give the device a shorter ID, of the form <product ID>_<node ID>.',
    },
    zh: {
      sentence: '注册组“{group}”根据设备 ID“{deviceId}”得到的设备标识码为“{nodeId}”，不符合要求：{detail}。',
      remedy: '请使用更短的设备 ID，格式为 <产品ID>_<设备标识码>。',
    },
  },
  'group-node-taken': {
    en: {
      sentence:
        "The registration group '{group}' makes node ID '{nodeId}' of the device ID, which another device of the product {productId} has already.",
      remedy: 'Look for that device (Devices > All Devices, by node ID), and give this one another ID.',
    },
    zh: {
      sentence:
        '注册组“{group}”根据设备 ID 得到的设备标识码为“{nodeId}”，产品 {productId} 下已有其他设备使用。',
      remedy: '请查找该设备（设备 > 所有设备，按设备标识码），并为本设备使用其他 ID。',
    },
  },
} as const
