import type { Texts } from '../catalogue.ts'
import type { texts as en } from '../en/tools.ts'

export const texts: Texts<typeof en> = {
  guide: {
    title: '接入向导',
    purpose: '从空平台到设备上报数据。平台看到某一步完成后会自动打勾。',
  },
  clientId: {
    title: 'ClientId生成工具',
    purpose: '在浏览器中计算设备的 ClientId、用户名和密码。',
  },
  platform: {
    title: '平台',
    purpose: '当前运行的版本、监听地址与运行状态。',
  },
}
