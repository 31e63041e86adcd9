import type { Texts } from '../catalogue.ts'
import type { texts as en } from '../en/devices.ts'

export const texts: Texts<typeof en> = {
  devices: {
    title: '所有设备',
    purpose: '所有允许接入的设备，以及它们是否在线。',
  },
  batch: {
    title: '批量注册',
    purpose: '用一个 CSV 文件注册多台设备。写入之前会逐行检查。',
  },
}
