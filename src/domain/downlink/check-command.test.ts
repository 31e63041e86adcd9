import { describe, expect, test } from 'vitest'
import type { JsonValue } from '../../base/json.ts'
import { aModel, aService } from '../../../tests/support/builders.ts'
import { checkCommand, checkProperties } from './check-command.ts'
import { commandPayload, decideAfterCommandTry, isSuccess } from './command.ts'
import { propertyGetPayload, propertySetPayload } from './property-request.ts'
import { deviceId } from '../../../tests/support/registry.ts'

const services = [
  aService({
    serviceId: 'Lamp',
    commands: [
      {
        name: 'switch',
        parameters: [
          { name: 'state', dataType: 'enum', required: true, enumList: ['on', 'off'] },
          { name: 'fade_ms', dataType: 'int', required: false, min: '0', max: '1000' },
        ],
        responses: [],
      },
    ],
  }),
]

describe('device protocol §3.8.0: a command and the product model', () => {
  const judged = (paras: object, name?: string, serviceId?: string) =>
    checkCommand(services, {
      paras: paras as never,
      ...(name !== undefined && { name }),
      ...(serviceId !== undefined && { serviceId }),
    })

  test.for([
    ['fits', { state: 'on', fade_ms: 400 }, 'switch', 'Lamp', undefined],
    ['leaves out what need not be there', { state: 'on', fade_ms: null }, 'switch', 'Lamp', undefined],
    ['names no service: its form is free', { any: 1 }, 'whatever', undefined, undefined],
    ['is for a system service', { any: 1 }, 'x', '$log', undefined],
    [
      'is for a service that is not there',
      {},
      'switch',
      'Fan',
      { kind: 'service-unknown', serviceId: 'Fan' },
    ],
    ['has no name', {}, undefined, 'Lamp', { kind: 'command-name-missing', serviceId: 'Lamp' }],
    ['is not there', {}, 'blink', 'Lamp', { kind: 'command-unknown', serviceId: 'Lamp', command: 'blink' }],
    [
      'lacks a parameter',
      {},
      'switch',
      'Lamp',
      { kind: 'parameter-missing', command: 'switch', parameter: 'state' },
    ],
    [
      'has one too many',
      { state: 'on', constructor: 1 },
      'switch',
      'Lamp',
      { kind: 'parameter-unknown', command: 'switch', parameter: 'constructor' },
    ],
    [
      'has one out of range',
      { state: 'on', fade_ms: 1001 },
      'switch',
      'Lamp',
      {
        kind: 'parameter-invalid',
        command: 'switch',
        parameter: 'fade_ms',
        refusal: { code: 'value-above-max', rule: { max: '1000' } },
      },
    ],
  ] as const)('%s', ([, paras, name, serviceId, problem]) => {
    expect(judged(paras, name, serviceId)).toEqual(problem)
  })
})

test('device protocol §3.5: properties that are set must be there, and writable', () => {
  const model = aModel({ Env: { threshold: { method: 'RW' }, temperature: { method: 'RE' } } })
  const judged = (serviceId: string, properties: object) =>
    checkProperties(model, [{ serviceId, properties: properties as never }])

  expect(judged('Env', { threshold: 'any value' })).toBeUndefined()
  expect(judged('$sdk', { x: 1 })).toBeUndefined()
  expect(judged('Fan', { x: 1 })).toEqual({ kind: 'service-unknown', serviceId: 'Fan' })
  expect(judged('Env', { x: 1 })).toEqual({ kind: 'property-unknown', serviceId: 'Env', property: 'x' })
  expect(judged('Env', { threshold: 1, temperature: 2 })).toEqual({
    kind: 'property-not-writable',
    serviceId: 'Env',
    property: 'temperature',
  })
})

test('device protocol §0.3, §3.0.3: what is absent is left out, and a child is named', () => {
  const self = { deviceId: deviceId('dev1'), carrierId: deviceId('dev1') }
  const child = { ...self, carrierId: deviceId('gw1') }
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString()

  expect(text(commandPayload(self, { paras: { a: 1 } }))).toBe('{"paras":{"a":1}}')
  expect(text(commandPayload(child, { serviceId: 'Lamp', name: 'switch', paras: {} }))).toBe(
    '{"object_device_id":"dev1","service_id":"Lamp","command_name":"switch","paras":{}}',
  )
  expect(text(propertyGetPayload(self, undefined))).toBe('{}')
  expect(text(propertyGetPayload(child, 'Env'))).toBe('{"object_device_id":"dev1","service_id":"Env"}')
  expect(text(propertySetPayload(self, [{ serviceId: 'Env', properties: { t: 30 } }]))).toBe(
    '{"services":[{"service_id":"Env","properties":{"t":30}}]}',
  )
})

test('northbound §4.7: an answer means success unless its result_code says otherwise', () => {
  for (const answer of [{}, { result_code: 0 }, { result_code: null }, 'text', null, [1]] as JsonValue[])
    expect(isSuccess(answer), JSON.stringify(answer)).toBe(true)
  for (const answer of [{ result_code: 1 }, { result_code: -1 }, { result_code: '0' }])
    expect(isSuccess(answer), JSON.stringify(answer)).toBe(false)
})

test('a command is put back only where nothing was sent, or QoS 1 lets it be sent again', () => {
  expect(decideAfterCommandTry('written')).toEqual({ kind: 'sent' })
  expect(decideAfterCommandTry('unacknowledged')).toEqual({ kind: 'sent' })
  expect(decideAfterCommandTry('acknowledged')).toEqual({ kind: 'delivered' })
  expect(decideAfterCommandTry('offline')).toEqual({ kind: 'requeue' })
  expect(decideAfterCommandTry('connection-lost')).toEqual({ kind: 'requeue' })
  expect(decideAfterCommandTry('busy')).toEqual({ kind: 'requeue' })
  expect(decideAfterCommandTry('too-large')).toEqual({ kind: 'failed', code: 'downlink-too-large' })
})
