import { expect, test } from 'vitest'
import { ruleInChinese } from '../../base/rules-zh.ts'
import { isTemplateFault, parseTemplateBody, templateBodyWire } from './template-wire.ts'

const ref = (field: string) => ({ ref: `iotda::certificate::${field}` })
const String_ = { type: 'String' }
const aBody = (device: object = {}, more: object = {}) => ({
  parameters: {
    'iotda::certificate::common_name': String_,
    'iotda::certificate::serial_number': String_,
  },
  resources: {
    device: { node_id: ref('common_name'), product_id: 'meter', ...device },
    ...more,
  },
})

test('northbound §5.3: a template of the documented shape is read, and written as it was', () => {
  const whole = aBody(
    {
      device_name: ref('serial_number'),
      device_id: ref('common_name'),
      product_id: ref('serial_number'),
      tags: [{ tag_key: 'batch', tag_value: ref('serial_number') }, { tag_key: 'line' }],
    },
    { policy: { policy_ids: ['5c90fa7d3c4e4405e8525079'] } },
  )
  const read = parseTemplateBody(whole)

  expect(isTemplateFault(read)).toBe(false)
  expect(!isTemplateFault(read) && templateBodyWire(read)).toEqual(whole)
  const least = parseTemplateBody(aBody())
  expect(!isTemplateFault(least) && templateBodyWire(least)).toEqual(aBody())
})

const broken: readonly (readonly [string, unknown, string, RegExp])[] = [
  ['nothing', null, 'template_body', /is required/],
  ['a list', [], 'template_body', /must be an object/],
  ['no device', { parameters: {}, resources: {} }, 'template_body.resources.device', /is required/],
  ['a strange member', { ...aBody(), version: 2 }, 'template_body.version', /is not known/],
  [
    'a strange parameter',
    { ...aBody(), parameters: { cn: String_ } },
    'template_body.parameters.cn',
    /is not known/,
  ],
  [
    'a parameter of another type',
    { ...aBody(), parameters: { 'iotda::certificate::country': { type: 'Number' } } },
    'template_body.parameters.iotda::certificate::country.type',
    /must be String/,
  ],
  [
    'a fixed node id',
    aBody({ node_id: 'n1' }),
    'template_body.resources.device.node_id',
    /must be an object/,
  ],
  ['no product', aBody({ product_id: null }), 'template_body.resources.device.product_id', /is required/],
  [
    'a product id of other characters',
    aBody({ product_id: 'a b' }),
    'template_body.resources.device.product_id',
    /may hold only/,
  ],
  [
    'a long product id',
    aBody({ product_id: 'p'.repeat(37) }),
    'template_body.resources.device.product_id',
    /at most 36/,
  ],
  [
    'a parameter that is not declared',
    aBody({ device_id: ref('country') }),
    'template_body.resources.device.device_id.ref',
    /must be the name of a parameter/,
  ],
  [
    'a reference to a number',
    aBody({ device_id: { ref: 5 } }),
    'template_body.resources.device.device_id.ref',
    /must be a text/,
  ],
  [
    'too many tags',
    aBody({ tags: Array(11).fill({ tag_key: 'k' }) }),
    'template_body.resources.device.tags',
    /at most 10/,
  ],
  [
    'a tag without a key',
    aBody({ tags: [{}] }),
    'template_body.resources.device.tags[0].tag_key',
    /is required/,
  ],
  [
    'an empty tag key',
    aBody({ tags: [{ tag_key: '' }] }),
    'template_body.resources.device.tags[0].tag_key',
    /must not be empty/,
  ],
  [
    'a tag of two lines',
    aBody({ tags: [{ tag_key: 'a\nb' }] }),
    'template_body.resources.device.tags[0].tag_key',
    /one line/,
  ],
  [
    'a policy id of another form',
    aBody({}, { policy: { policy_ids: ['p1'] } }),
    'template_body.resources.policy.policy_ids[0]',
    /24 hex digits/,
  ],
  [
    'policies that are no list',
    aBody({}, { policy: { policy_ids: 'p' } }),
    'template_body.resources.policy.policy_ids',
    /must be a list/,
  ],
]

test.for(broken)('a template with %s is refused, and the member is named', ([, body, field, rule]) => {
  const read = parseTemplateBody(body)

  expect(read).toEqual({ field, rule: expect.stringMatching(rule) })
  expect(ruleInChinese(isTemplateFault(read) ? read.rule : '')).toMatch(/\p{Script=Han}/u)
})

test('threat 8: names of prototypes are members like others', () => {
  const hostile = JSON.parse('{"parameters":{"__proto__":{"type":"String"}},"resources":{"device":{}}}')

  expect(parseTemplateBody(hostile)).toMatchObject({ field: 'template_body.parameters.__proto__' })
})
