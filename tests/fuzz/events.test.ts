import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { test } from 'vitest'
import { limits } from '../../src/base/limits.ts'
import type { JsonObject } from '../../src/base/json.ts'
import { eventPayload, parseEvents } from '../../src/codec/payload/events.ts'
import { readConfigAnswer } from '../../src/domain/device-event/configuration.ts'
import { readSdkInfo, readVersions } from '../../src/domain/device-event/device-facts.ts'
import { readDeviceLog } from '../../src/domain/device-event/device-log.ts'
import { readFileRequest, readFileResult } from '../../src/domain/device-event/file-request.ts'
import { isFault } from '../../src/domain/device-event/paras.ts'
import { answerTimeSync } from '../../src/domain/device-event/time-sync.ts'
import { readUpgradeProgress } from '../../src/domain/device-event/upgrade-progress.ts'
import { fileNameFault } from '../../src/domain/file/file-name.ts'
import { NOON } from '../support/builders.ts'
import { fuzz, fuzzRuns, mutate, type Random } from '../support/fuzz.ts'

/*
 * Events take whatever comes without a fault; what is read of them is bounded, and what is answered is an event that
 * reads back as it was meant.
 */

const keys = [
  ...['device_send_time', 'device_sdk_version', 'sw_version', 'fw_version', 'type', 'content', 'timestamp'],
  ...[
    'result_code',
    'progress',
    'version',
    'description',
    'file_name',
    'file_attributes',
    'hash_code',
    'size',
  ],
  ...['object_name', 'status_code', 'status_description', '__proto__', 'constructor', ''],
]
const values = [
  ...['0', '1', '-1', '255', '1704164645000', '1.5', '1e308', '9007199254740993', '"1704164645000"', '"-0"'],
  ...['null', 'true', '""', '"a"', '"../a"', '"a/b"', '"\\u0000"', '"\\ud800"', '[]', '{}', '[{}]'],
  ...['{"hash_code":"AB","size":"5"}', `"${'ab'.repeat(32)}"`, `"${'x'.repeat(1100)}"`],
]
const services = ['"$log"', '"$time_sync"', '"$ota"', '"x"', '5', 'null', '""', `"${'x'.repeat(70)}"`]

function write(random: Random): string {
  const paras = () =>
    `{${Array.from({ length: random.int(6) }, () => `${JSON.stringify(random.pick(keys))}:${random.pick(values)}`).join(',')}}`
  const event = () =>
    [
      `{"service_id":${random.pick(services)},"event_type":${random.pick(services)}`,
      ...(random.int(2) === 0 ? [`"event_id":${random.pick(values)}`] : []),
      `"paras":${random.int(5) === 0 ? random.pick(values) : paras()}}`,
    ].join(',')
  const events = Array.from({ length: random.int(4) }, event).join(',')
  return `{"object_device_id":${random.pick(values)},"services":[${events}]}`
}

function readAll(paras: JsonObject): void {
  for (const read of [readSdkInfo, readVersions, readUpgradeProgress, readConfigAnswer, readFileResult])
    read(paras)
  for (const category of ['log', 'security'] as const) readDeviceLog(category, paras)
  const file = readFileRequest(paras)
  if (!isFault(file)) {
    assert.equal(fileNameFault(file.fileName), undefined)
    assert.ok(file.fileName.length <= limits.fileNameLengthMax)
  }
  const times = answerTimeSync(paras, { receivedAt: NOON, sentAt: NOON })
  if (!isFault(times)) {
    const payload = eventPayload({ serviceId: '$time_sync', eventType: 'x', eventTime: NOON, ...times })
    assert.match(
      payload.toString(),
      /"device_send_time":-?\d{1,16},"server_recv_time":\d+,"server_send_time":\d+\}/,
    )
    assert.equal(parseEvents(payload).kind, 'parsed')
  }
}

test('events of any content are read without a fault', () => {
  fuzz(
    'events',
    (random) => {
      const text = write(random)
      const parsed = parseEvents(Buffer.from(text))
      if (parsed.kind === 'unreadable') return
      for (const { serviceId, eventType, eventId = '', paras } of parsed.events) {
        assert.ok(serviceId.length <= limits.nameLengthMax && eventType.length <= limits.nameLengthMax)
        assert.ok(eventId.length <= limits.eventIdLengthMax)
        readAll(paras)
      }
    },
    Math.ceil(fuzzRuns / 10),
  )
})

test('events with bytes changed, cut and repeated are read without a fault', () => {
  fuzz(
    'events with faults',
    (random) => {
      const parsed = parseEvents(mutate(random, Buffer.from(write(random))))
      if (parsed.kind === 'parsed') for (const { paras } of parsed.events) readAll(paras)
    },
    Math.ceil(fuzzRuns / 10),
  )
})
