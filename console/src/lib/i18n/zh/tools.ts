import type { Texts } from '../catalogue.ts'
import type { texts as en } from '../en/tools.ts'

export const texts: Texts<typeof en> = {
  guide: {
    title: '接入向导',
    purpose: '从空平台到设备上报数据。平台看到某一步完成后会自动打勾。',
  },
  kits: {
    title: '接入套件',
    text: '该设备上报数据所需的一切，均已填好。示例数据根据产品模型生成。',
    downloadAll: '下载套件',
    host: '接入地址',
    port: '端口（TLS）',
    clientId: 'Client ID',
    userName: '用户名',
    password: '密码',
    passwordBlank: '留空，以证书作为凭证。',
    topic: '属性上报 Topic',
    reveal: '查看密钥',
    hiddenHelp: '查看密钥之前，文件中以占位符代替。查看操作会记入审计日志。',
    bringCertificate:
      '请将该设备的证书和私钥以 deviceCert.pem、deviceCert.key 为名放到套件文件旁边。平台没有设备的私钥。',
    noModel: '产品模型中还没有属性，没有可上报的内容。请先在产品的“模型定义”中添加属性。',
    noTls: '平台没有监听 MQTT over TLS，而套件使用该方式接入。',
    clientsTitle: '客户端',
    clientsText: '命令均在套件解压后的目录中执行。',
    install: '安装',
    run: '运行',
    line: '一行命令',
    leaveBlank: '（留空）',
    folder: '套件所在目录',
    folderHelp: 'MQTTX 按绝对路径查找证书。请输入套件解压到的目录。',
    mqttfxOld:
      'MQTT.fx 1.7.0 及更早版本无法正确处理包含 $ 的 Topic，而平台的 Topic 都包含 $。请使用更新的版本或其他客户端。',
    clients: {
      mosquitto: {
        name: 'mosquitto_pub',
        text: 'Eclipse Mosquitto 的命令行客户端，上报第一条数据的最快方式。',
      },
      mqttx: {
        name: 'MQTTX',
        text: '图形界面客户端。通过 Connections > Import Data 以 JSON 格式导入 mqttx/connection.json，建立连接后，以 QoS 1 将 report.json 的内容发布到该 Topic。',
      },
      mqttfx: {
        name: 'MQTT.fx',
        text: '指南中使用的客户端。点击设置图标打开连接配置，填入以下内容；在 SSL/TLS 页签选择 Enable SSL/TLS 和 Self signed certificates，勾选 PEM Formatted，然后依次点击 Apply 和 Connect。',
      },
      python: { name: 'Python', text: '使用 paho-mqtt，支持 1.6 和 2 版本。' },
      nodejs: { name: 'Node.js', text: '使用 MQTT.js 5，需要 Node.js 20 或更高版本。' },
      cSdk: {
        name: 'C（华为 SDK）',
        text: '华为 iot-device-sdk-c：以此程序替换其中的 MQTT_Demo。变量 SDK 为 SDK 所在目录；请先按 SDK 的 README 编译依赖库。',
      },
      espIdf: {
        name: 'ESP-IDF',
        text: 'ESP-IDF 5 工程。在 menuconfig 的 Example Connection Configuration 中设置 Wi-Fi；如果不是 ESP32 芯片，请在 set-target 中指定型号。',
      },
    },
    readme: {
      title: '设备 {{device}} 的接入套件',
      intro:
        '每个客户端一个目录，任选其一。命令在本文件所在目录中执行。每次运行都会上报一次 report.json，随后可在设备页面看到上报的值。',
      needCertificate: '请先将设备的证书和私钥以 deviceCert.pem、deviceCert.key 为名放到本文件旁边：',
      secretNote: '文件中包含该设备的密码，请妥善保管。',
    },
  },
  clientId: {
    title: 'ClientId生成工具',
    purpose: '在浏览器中计算设备的 ClientId、用户名和密码，不向任何地方发送数据。',
    deviceIdHelp: '注册设备时获得，通常为 <产品ID>_<设备标识码>。',
    secretHelp: '使用 X.509 证书的设备可填写任意值，例如 12345678。',
    needDeviceId: '请输入设备 ID：1 至 128 个字母、数字、下划线或连字符。',
    needSecret: '请输入设备密钥。',
    signType: '密码签名类型',
    type0: '0：不校验时间戳',
    type1: '1：按平台时间校验时间戳',
    generate: '生成',
    result: '生成结果',
    forGood: '长期有效：其中的时间戳不做校验。',
    forAnHour: '约一小时内有效：其中的时间戳会被校验，之后连接请重新生成。',
    x509: '使用 X.509 证书时，填写 ClientId 和 Username，密码留空。',
    noCryptography:
      '浏览器不向明文 HTTP 页面提供加密接口。请通过 HTTPS 打开本页，或在平台所在的机器上用 localhost 打开；也可以用 UTC 小时在命令行中计算密码：',
    connectTo: '设备通过 TLS 连接到',
    back: '返回控制台',
  },
  platform: {
    title: '平台',
    purpose: '当前运行的版本、监听地址与运行状态。',
  },
}
