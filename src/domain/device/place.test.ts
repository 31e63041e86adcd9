import { expect, test } from 'vitest'
import type { DeviceId, ProjectId } from '../../base/ids.ts'
import { PROJECT } from '../../../tests/support/builders.ts'
import { type DevicePlace, placeBelow } from './place.ts'

const place = (gatewayId?: string, projectId: ProjectId = PROJECT): DevicePlace => ({
  projectId,
  productKey: 'p',
  ...(gatewayId !== undefined && { gatewayId: gatewayId as DeviceId }),
})
const places: Readonly<Record<string, DevicePlace>> = {
  gw: place(),
  child: place('gw'),
  grandchild: place('child'),
  other: place(),
  othersChild: place('other'),
  elsewhere: place('gw', 'f'.repeat(32) as ProjectId),
  loop: place('loop'),
}

for (const [device, isBelow] of [
  ['child', true],
  ['grandchild', true],
  ['gw', false],
  ['other', false],
  ['othersChild', false],
  ['elsewhere', false],
  ['loop', false],
  ['nobody', false],
] as const)
  test(`S5: a gateway may ${isBelow ? '' : 'not '}speak for ${device}`, () => {
    const gateway = { deviceId: 'gw' as DeviceId, projectId: PROJECT }

    const found = placeBelow(gateway, device as DeviceId, (id) => places[id])

    expect(found).toBe(isBelow ? places[device] : undefined)
  })
