import type { Texts } from '../catalogue.ts'
import type { texts as en } from '../en/device.ts'

export const texts: Texts<typeof en> = {
  device: {
    purpose: '设备当前的数据、历史数据与连接情况。',
  },
}
