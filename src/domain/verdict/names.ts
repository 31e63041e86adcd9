/** Names that verdicts hold as parameters, in words: causes of an end (`{cause}`), steps (`{skipped}`), what a policy is bound to (`{bound_to}`). */
const names: { readonly [name: string]: { readonly en: string; readonly zh: string } } = {
  'taken-over': { en: 'another connection of the same device took over', zh: '同一设备的新连接已接管' },
  frozen: { en: 'the device was frozen', zh: '设备被冻结' },
  deleted: { en: 'the device was deleted', zh: '设备被删除' },
  'credentials-reset': { en: 'its credentials were reset', zh: '设备凭证被重置' },
  'trust-removed': { en: 'the CA of its certificate was removed', zh: '签发其证书的 CA 已被删除' },
  shutdown: { en: 'the platform stopped', zh: '平台停止运行' },
  'store-fault': { en: 'the platform could not store', zh: '平台无法存储数据' },
  fault: { en: 'a fault of the platform', zh: '平台内部故障' },
  'closed-by-device': { en: 'the device disconnected', zh: '设备主动断开' },
  'connection-lost': { en: 'the connection was lost', zh: '连接中断' },
  'logged-out': { en: 'its bridge logged it out', zh: '网桥已将其登出' },
  'bridge-offline': { en: 'its bridge disconnected', zh: '所属网桥已断开' },
  'slow-reader': { en: 'the device sent but did not read', zh: '设备只发送、不接收' },
  'gateway-said': { en: 'its gateway said so', zh: '由网关上报' },
  'gateway-offline': { en: 'its gateway went offline', zh: '所属网关已离线' },
  'gateway-changed': { en: 'it was moved to another gateway', zh: '已更换所属网关' },
  'client-id': { en: 'client ID', zh: '客户端 ID' },
  username: { en: 'user name', zh: '用户名' },
  device: { en: 'device', zh: '设备' },
  'signed-hour': { en: 'timestamp', zh: '时间戳' },
  password: { en: 'password', zh: '密码' },
  certificate: { en: 'device certificate', zh: '设备证书' },
  chain: { en: 'certificate chain', zh: '证书链' },
  fingerprint: { en: 'fingerprint', zh: '指纹' },
  'to-device': { en: 'this device', zh: '该设备' },
  'to-product': { en: 'its product', zh: '其产品' },
  'to-app': { en: 'its resource space', zh: '其资源空间' },
}

/** One name, or several with commas, in words; a name that is not known stands for itself. */
export const namesInWords = (text: string, language: 'en' | 'zh'): string =>
  text
    .split(', ')
    .map((name) => (Object.hasOwn(names, name) ? (names[name]?.[language] ?? name) : name))
    .join(language === 'zh' ? '、' : ', ')
