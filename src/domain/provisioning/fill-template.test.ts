import { expect, test } from 'vitest'
import { detailInChinese } from '../../base/details-zh.ts'
import { fillTemplate } from './fill-template.ts'
import type { TemplateBody } from './template.ts'

const aTemplate = (device: Partial<TemplateBody['device']> = {}) => ({
  name: 'meters',
  body: {
    parameters: [],
    policyIds: [],
    device: { nodeId: { field: 'common_name' }, productId: 'meter', tags: [], ...device },
  } satisfies TemplateBody,
})

test('device protocol §2.6 B: the device id is product and node id unless the template reads another', () => {
  expect(fillTemplate(aTemplate(), { common_name: 'm-1' })).toEqual({
    kind: 'filled',
    device: { productId: 'meter', nodeId: 'm-1', deviceId: 'meter_m-1', tags: [] },
  })
  const whole = aTemplate({
    productId: { field: 'organizational_unit' },
    deviceId: { field: 'serial_number' },
    deviceName: { field: 'distinguished_name_qualifier' },
    tags: [{ key: 'state', value: { field: 'state_name' } }, { key: { field: 'country' } }],
  })
  const fields = {
    common_name: 'm-1',
    organizational_unit: 'meter2',
    serial_number: 'SN_7',
    distinguished_name_qualifier: '二号表',
    state_name: 'GD',
    country: 'CN',
  }
  expect(fillTemplate(whole, fields)).toEqual({
    kind: 'filled',
    device: {
      productId: 'meter2',
      nodeId: 'm-1',
      deviceId: 'SN_7',
      name: '二号表',
      tags: [{ key: 'state', value: 'GD' }, { key: 'CN' }],
    },
  })
})

test('a part that the subject lacks, or that fits no id, is the problem', () => {
  expect(fillTemplate(aTemplate(), {})).toEqual({
    kind: 'refused',
    problem: {
      code: 'provisioning-field-missing',
      params: { template: 'meters', member: 'node_id', field: 'common_name' },
    },
  })
  for (const name of ['m 1', 'ä', 'n'.repeat(65), '../x', "'; drop table device"]) {
    const filling = fillTemplate(aTemplate(), { common_name: name })
    expect(filling).toMatchObject({
      kind: 'refused',
      problem: { code: 'provisioning-value-unfit', params: { member: 'node_id' } },
    })
    const detail = filling.kind === 'refused' ? String(filling.problem.params['detail']) : ''
    expect(detailInChinese(detail)).toMatch(/\p{Script=Han}/u)
  }
  expect(
    fillTemplate(aTemplate({ deviceName: { field: 'country' } }), { common_name: 'a', country: ' ' }),
  ).toMatchObject({ problem: { params: { member: 'device_name' } } })
})
