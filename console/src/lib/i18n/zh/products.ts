import type { Texts } from '../catalogue.ts'
import type { texts as en } from '../en/products.ts'

export const texts: Texts<typeof en> = {
  products: {
    title: '产品',
    purpose: '产品描述同一类设备：用什么协议通信，上报哪些数据。',
  },
}
