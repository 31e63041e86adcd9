import type { Demo } from '../../support/demo.ts'
import type { Visit } from './browser.ts'

type Language = NonNullable<Visit['language']>

/** One page of the console, or one part of a page that has tabs. */
export interface ConsolePage {
  /** Of its pictures. */
  readonly name: string
  readonly path: string | ((demo: Demo) => string)
  /** Its heading; of a part, the tab that is open. */
  readonly title: Readonly<Record<Language, string>>
  readonly isTab?: true
  /** Path of the request that it cannot show anything without; absent: it shows all it has at once. */
  readonly asks?: RegExp
  /** What stands there, in English, once that is answered. */
  readonly shows?: string
}

const page = (
  name: string,
  path: ConsolePage['path'],
  en: string,
  zh: string,
  more: Partial<ConsolePage> = {},
): ConsolePage => ({ name, path, title: { en, 'zh-CN': zh }, ...more })

const asks = (path: RegExp, shows: string) => ({ asks: path, shows })

const productTab = (tab: string, en: string, zh: string, more: Partial<ConsolePage> = {}) =>
  page(`product-${tab}`, ({ productId }) => `/products/${productId}?tab=${tab}`, en, zh, {
    isTab: true,
    ...more,
  })

const deviceTab = (tab: string, en: string, zh: string, more: Partial<ConsolePage> = {}, search = '') =>
  page(
    `device-${tab}`,
    ({ deviceId }) => `/devices/${encodeURIComponent(deviceId)}?tab=${tab}${search}`,
    en,
    zh,
    { isTab: true, ...more },
  )

const charted = encodeURIComponent(JSON.stringify(['temperature', 'humidity', 'doorOpen']))

/** Every page behind the sign-in, of a platform with the demo's fleet on it. */
export const consolePages: readonly ConsolePage[] = [
  page('overview', '/overview', 'Overview', '总览', asks(/\/platform$/, 'Obtaining Resources')),
  page('guide', '/guide', 'Guide', '接入指南', asks(/\/progress$/, 'Create a product')),
  page('products', '/products', 'Products', '产品', asks(/\/v1\/\w+\/products$/, 'EnergyMeter')),
  productTab('basic', 'Basic Information', '基本信息', asks(/\/v5\/.*\/products\//, 'Logistics')),
  productTab('model', 'Model Definition', '模型定义', asks(/\/v5\/.*\/products\//, 'doorOpen')),
  productTab('topics', 'Topics', 'Topic 列表', asks(/\/topics$/, '$oc/devices/')),
  productTab('devices', 'Devices', '设备', asks(/\/devices$/, 'Reefer')),
  page('devices', '/devices', 'All Devices', '所有设备', asks(/\/devices$/, 'Reefer')),
  page('register', '/devices?register=1', 'All Devices', '所有设备'),
  page('batch-register', '/batch-register', 'Batch register', '批量注册'),
  deviceTab('overview', 'Overview', '概览', asks(/\/latest$/, 'batteryLevel')),
  deviceTab(
    'history',
    'History',
    '历史数据',
    asks(/\/history$/, 'Download CSV'),
    `&service=Climate&properties=${charted}`,
  ),
  deviceTab('shadow', 'Shadow', '设备影子', asks(/\/shadow$/, 'temperature')),
  deviceTab('commands', 'Commands', '命令下发', asks(/\/v5\/.*\/products\//, 'Send a command')),
  deviceTab('children', 'Children', '子设备', asks(/\/devices$/, 'It has no child devices')),
  deviceTab('logs', 'Log', '设备日志', asks(/\/log-switch$/, 'Turn on')),
  deviceTab('files', 'Files', '设备文件', asks(/\/files$/, 'There are no files')),
  deviceTab('live', 'Live', '实时数据', asks(/\/entries$/, 'Stored')),
  deviceTab('identity', 'Identity', '身份认证', asks(/\/devices\/[^/]+$/, 'Fingerprints')),
  deviceTab('connections', 'Connections', '连接记录', asks(/\/connections$/, 'Accepted')),
  deviceTab('connect', 'Connect', '接入套件', asks(/\/v5\/.*\/products\//, 'Connection kit')),
  deviceTab('client', 'MQTT client', 'MQTT 客户端'),
  deviceTab('settings', 'Settings', '设置', asks(/\/devices\/[^/]+$/, 'Description')),
  page(
    'provisioning',
    '/provisioning',
    'Provisioning',
    '设备发放',
    asks(/\/registration-groups$/, 'Harbour batch'),
  ),
  page('bridges', '/bridges', 'Bridges', '网桥', asks(/\/bridges$/, 'Harbour bridge')),
  page('bridge', '/bridges/harbour', 'Harbour bridge', 'Harbour bridge', asks(/\/bridges$/, 'harbour_3_0')),
  page(
    'ca-certificates',
    '/ca-certificates',
    'Device CA Certificates',
    '设备CA证书',
    asks(/\/certificates$/, 'Harbour Device CA'),
  ),
  page(
    'ca-certificate',
    ({ caCertificateId }) => `/ca-certificates/${caCertificateId}`,
    'Harbour Device CA',
    'Harbour Device CA',
    asks(/\/certificates\/[^/]+$/, 'Fingerprint'),
  ),
  page('policies', '/policies', 'Topic policies', 'Topic 策略', asks(/\/policies$/, 'system_default_policy')),
  page(
    'wizard',
    '/wizard',
    'Commissioning wizard',
    '调测证书向导',
    asks(/\/v5\/.*\/products$/, 'Choose a product'),
  ),
  page('live-tail', '/live-tail', 'Live tail', '实时数据'),
  page(
    'failed-connections',
    '/failed-connections',
    'Failed connections',
    '连接失败',
    asks(/\/connections$/, 'certificate-ca-unverified'),
  ),
  page(
    'failed-connection',
    ({ refusedId }) => `/failed-connections/${refusedId}`,
    'CCL-24008',
    'CCL-24008',
    asks(/\/connections\/\d+$/, 'Step by step'),
  ),
  page('would-it-connect', '/would-it-connect', 'Would it connect?', '能否连接'),
  page('client-id', '/client-id', 'Client ID generator', 'ClientId生成工具'),
  page('spaces', '/settings/spaces', 'Resource spaces', '资源空间', asks(/\/apps$/, 'DefaultApp')),
  page('access-keys', '/settings/access-keys', 'Access keys', '访问密钥', asks(/\/access-keys$/, 'Revoke')),
  page('platform', '/settings/platform', 'Platform', '平台', asks(/\/platform$/, 'Server certificates')),
  page('account', '/settings/account', 'Account', '账号'),
]

/** Address of a page, on a platform with this fleet. */
export const pathOf = ({ path }: ConsolePage, demo: Demo): string =>
  typeof path === 'string' ? path : path(demo)
