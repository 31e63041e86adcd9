import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../base/json.ts'
import { limits } from '../../base/limits.ts'
import { readConfigAnswer } from './configuration.ts'
import { mergeFacts, readSdkInfo, readVersions } from './device-facts.ts'
import { readDeviceLog } from './device-log.ts'
import { readFileRequest, readFileResult } from './file-request.ts'
import { isLogSwitchDue, logConfigParas } from './log-switch.ts'
import { isFault } from './paras.ts'
import { answerTimeSync } from './time-sync.ts'
import { readUpgradeProgress } from './upgrade-progress.ts'

const faultOf = (value: object): unknown => (isFault(value) ? value.params['field'] : value)

describe('time sync (device protocol §3.8.2)', () => {
  const times = { receivedAt: 1_704_164_645_113, sentAt: 1_704_164_645_114 }
  test.each([
    ['a number', 1_704_164_645_000],
    ['a text, as Python sends it', '1704164645000'],
    ['a fraction', 1_704_164_645_000.25],
  ])('the answer to %s has plain integers', (_, time) => {
    expect(JSON.stringify(answerTimeSync({ device_send_time: time }, times))).toBe(
      '{"paras":{"device_send_time":1704164645000,"server_recv_time":1704164645113,"server_send_time":1704164645114}}',
    )
  })

  test('a clock that stepped back in between does not make the answer older than the question', () => {
    expect(answerTimeSync({ device_send_time: 1 }, { receivedAt: 5, sentAt: 3 })).toMatchObject({
      paras: { server_recv_time: 5, server_send_time: 5 },
    })
  })

  test.each([null, '', 'now', '1e3', [], {}, true, 1e300])('%j is no time', (time) => {
    expect(faultOf(answerTimeSync({ device_send_time: time }, times))).toBe('paras.device_send_time')
  })
})

describe('what a device tells of itself (device protocol §3.8.5, §3.8.10)', () => {
  test('null and empty versions are not told, and never erase what is known', () => {
    const told = readSdkInfo({ device_sdk_version: 'JAVA_v1.2.1', sw_version: null, fw_version: '' })

    expect(told).toEqual({ sdkVersion: 'JAVA_v1.2.1' })
    expect(mergeFacts({ swVersion: '2.0', sdkVersion: 'old' }, { sdkVersion: 'JAVA_v1.2.1' })).toEqual({
      facts: { swVersion: '2.0', sdkVersion: 'JAVA_v1.2.1' },
      changed: true,
    })
    expect(mergeFacts({ swVersion: '2.0' }, { swVersion: '2.0' }).changed).toBe(false)
  })

  test('a version report has one of both', () => {
    expect(readVersions({ fw_version: '1.4' })).toEqual({ fwVersion: '1.4' })
    expect(faultOf(readVersions({ fw_version: null }))).toBe('paras.sw_version')
    expect(faultOf(readVersions({ fw_version: 5 }))).toBe('paras.fw_version')
    expect(faultOf(readSdkInfo({ sw_version: '1' }))).toBe('paras.device_sdk_version')
    expect(faultOf(readSdkInfo({ device_sdk_version: 'x'.repeat(limits.factLengthMax + 1) }))).toBe(
      'paras.device_sdk_version',
    )
  })
})

test.each([
  [{ result_code: 0, progress: 80, version: '1.4', description: 'writing' }, undefined],
  [{ result_code: 255, version: '1.4', progress: null }, undefined],
  [{ version: '1.4' }, 'paras.result_code'],
  [{ result_code: 11, version: '1.4' }, 'paras.result_code'],
  [{ result_code: 0, version: '1.4', progress: 101 }, 'paras.progress'],
  [{ result_code: 0 }, 'paras.version'],
] as const)('upgrade progress %j', (paras: JsonObject, field) => {
  const read = readUpgradeProgress(paras)

  expect(isFault(read) ? read.params['field'] : undefined).toBe(field)
})

describe('logs (device protocol §3.8.7)', () => {
  test('a report and a finding of the security checks', () => {
    const log = { timestamp: '1704164700000', type: 'DEVICE_STATUS', content: 'login success' }
    const finding = { timestamp: '1704164700000', type: 'MEMORY_REPORT', content: { total: 65_536 } }

    expect(readDeviceLog('log', log)).toEqual({
      category: 'log',
      type: 'DEVICE_STATUS',
      loggedAt: 1_704_164_700_000,
      content: 'login success',
    })
    expect(readDeviceLog('security', finding)).toMatchObject({ content: { total: 65_536 } })
    expect(readDeviceLog('log', { ...log, timestamp: null })).not.toHaveProperty('loggedAt')
  })

  test.each([
    [{ type: 'A' }, 'paras.content'],
    [{ content: 'a' }, 'paras.type'],
    [{ type: 'A', content: {} }, 'paras.content'],
    [{ type: 'A', content: 'a', timestamp: 'yesterday' }, 'paras.timestamp'],
    [{ type: 'A', content: 'a'.repeat(limits.deviceLogLengthMax + 1) }, 'paras.content'],
  ])('%# is no log report', (paras, field) => {
    expect(faultOf(readDeviceLog('log', paras))).toBe(field)
  })

  test('the switch says on or off and when it ends; one that is on is told at each connect until then', () => {
    const on = { isOn: true, endsAt: Date.UTC(2024, 0, 3), changedAt: 0, sentAt: 5 }

    expect(logConfigParas(on)).toEqual({ switch: 'on', end_time: '20240103T000000Z' })
    expect(isLogSwitchDue(on, on.endsAt - 1)).toBe(true)
    expect(isLogSwitchDue(on, on.endsAt)).toBe(false)
    expect(isLogSwitchDue({ ...on, isOn: false }, 0)).toBe(false)
    expect(isLogSwitchDue({ isOn: false, endsAt: 0, changedAt: 0 }, 9)).toBe(true)
  })
})

test('device protocol §3.8.8: the answer to a configuration; a long description is cut', () => {
  expect(readConfigAnswer({ result_code: 0, description: 'applied' })).toEqual({
    resultCode: 0,
    description: 'applied',
  })
  expect(readConfigAnswer({ result_code: '-1', description: null })).toEqual({ resultCode: -1 })
  expect(readConfigAnswer({ result_code: 0, description: 'x'.repeat(9999) })).toMatchObject({
    description: 'x'.repeat(limits.eventTextLengthMax),
  })
  expect(faultOf(readConfigAnswer({ description: 'applied' }))).toBe('paras.result_code')
})

describe('files (device protocol §3.8.6)', () => {
  const hash = 'eafe895eb8119e6e5d06463590b2ef81b3651c157d5c8e18f1889186c7fd0ac0'
  test('hash and size stand inside file_attributes, or beside it as with the C SDK', () => {
    const request = { fileName: 'trace.log', sha256: hash, size: 4711 }

    expect(
      readFileRequest({ file_name: 'trace.log', file_attributes: { hash_code: hash, size: 4711 } }),
    ).toEqual(request)
    expect(readFileRequest({ file_name: 'trace.log', hash_code: hash.toUpperCase(), size: 4711 })).toEqual(
      request,
    )
    expect(readFileRequest({ file_name: 'logs/a b.txt', file_attributes: null })).toEqual({
      fileName: 'logs/a b.txt',
    })
  })

  test.each([
    '../a',
    'a/../b',
    '/a',
    'a//b',
    'a/',
    '.',
    './a',
    'a\\b',
    'a\0b',
    'a\nb',
    '\ud800',
    '',
    'x'.repeat(513),
  ])('S11: %j is no name of a file', (name) => {
    expect(faultOf(readFileRequest({ file_name: name }))).toBe('paras.file_name')
  })

  test.each([
    [{}, 'paras.file_name'],
    [{ file_name: 'a', file_attributes: [] }, 'paras.file_attributes'],
    [{ file_name: 'a', size: -1 }, 'paras.size'],
    [{ file_name: 'a', size: 1.5 }, 'paras.size'],
    [{ file_name: 'a', hash_code: 'abc' }, 'paras.hash_code'],
  ])('%j is refused', (paras: JsonObject, field) => {
    expect(faultOf(readFileRequest(paras))).toBe(field)
  })

  test('a result', () => {
    const paras = { object_name: 'a/trace.log', result_code: 0, status_code: 200, status_description: 'ok' }

    expect(readFileResult(paras)).toEqual({
      objectName: 'a/trace.log',
      resultCode: 0,
      statusCode: 200,
      description: 'ok',
    })
    expect(faultOf(readFileResult({ object_name: 'a' }))).toBe('paras.result_code')
  })
})
