import type { Texts } from '../catalogue.ts'
import type { texts as en } from '../en/diagnose.ts'

export const texts: Texts<typeof en> = {
  failed: {
    title: '连接失败',
    purpose: '谁被拒绝、何时被拒绝、原因是什么、如何解决。',
  },
  would: {
    title: '能否连接',
    purpose: '不建立连接，按平台的规则判断证书和连接信息能否通过。',
  },
  tail: {
    title: '实时数据',
    purpose: '设备上报的数据，到达即显示，并给出每个值的处理结果。',
  },
}
