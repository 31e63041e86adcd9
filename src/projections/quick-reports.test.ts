import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { DeviceId } from '../base/ids.ts'
import { limits as defaults, type Limits } from '../base/limits.ts'
import { parseReport } from '../codec/payload/report.ts'
import { storedReport } from '../domain/report/decide-report.ts'
import { RecordWriter, reportSource } from '../log/record.ts'
import { NOON, PROJECT } from '../../tests/support/builders.ts'
import { openLog } from '../../tests/support/segment-log.ts'
import { temporaryFolder } from '../../tests/support/temporary-folder.ts'
import { openProjections, type Projections } from './projections.ts'

/*
 * Reports of which every value is stored are applied by learned layouts: their values are kept for the shadow until
 * somebody looks, and a report is one row of history. Here the same reports also go the long way, each with a verdict of
 * its own in the log, and both must come to the same.
 */

const devices = ['a', 'b', 'another-device'] as DeviceId[]

interface Step {
  readonly device: number
  /** Milliseconds since the step before; our clock may be stepped back. */
  readonly after: number
  readonly repeats: boolean
  readonly payload: string
}

const shapes: readonly ((value: () => string, time: string) => string)[] = [
  (value) => `{"services":[{"service_id":"Env","properties":{"t":${value()},"h":${value()}}}]}`,
  (value) => `{"services":[{"service_id":"Env","properties":{"h":${value()}}}]}`,
  (value) =>
    `{"services":[{"service_id":"Env","properties":{"t":${value()}}},{"service_id":"Bat","properties":{"mode":${value()},"level":${value()}}}]}`,
  (value, time) =>
    `{"services":[{"service_id":"Env","properties":{"t":${value()}},"event_time":"${time}"},{"service_id":"Bat","properties":{"mode":${value()}}}]}`,
  (value) =>
    `{"services":[{"service_id":"Env","properties":{"t":${value()}}},{"service_id":"Env","properties":{"t":${value()},"u":${value()}}}]}`,
  // Nothing that could be learned.
  (value) => `{"services":[{"service_id":"Env","properties":{"t":null,"h":${value()}}}]}`,
]

// Without -0, which a verdict as JSON does not keep.
const value = fc.constantFrom(
  '0',
  '1',
  '21.5',
  '-3',
  '1e3',
  '"on"',
  '"off"',
  '""',
  '"ä"',
  'true',
  'false',
  '[1]',
)
const time = fc.constantFrom(
  '20261122T120000Z',
  '20261122T115959Z',
  '20261122T120001Z',
  '20361122T120000Z',
  '2026-11-22',
)
const report = fc
  .tuple(
    fc.nat(devices.length - 1),
    fc.constantFrom(0, 0, 0, 1, 1, 5, 1500, -2000),
    fc.boolean().chain((odd) => (odd ? fc.boolean() : fc.constant(false))),
    fc.nat(shapes.length - 1),
    fc.array(value, { minLength: 4, maxLength: 4 }),
    time,
  )
  .map(([device, after, repeats, shape, values, at]): Step => {
    let next = 0
    const write = shapes[shape] as (typeof shapes)[number]
    return { device, after, repeats, payload: write(() => values[next++ % values.length] ?? '1', at) }
  })
/** Reports of a device come in bursts; in between somebody reads, or all is saved. */
const steps = fc.array(
  fc.oneof(
    { arbitrary: report, weight: 6 },
    {
      arbitrary: fc
        .tuple(report, fc.nat(6))
        .map(([step, times]) => Array<Step>(times).fill({ ...step, after: 0 })),
      weight: 3,
    },
    { arbitrary: fc.constantFrom('read', 'save', 'reopen'), weight: 1 },
  ),
  { minLength: 1, maxLength: 40 },
)

function setUp(folder: string, limits: Partial<Limits>) {
  const log = openLog(join(folder, 'log'))
  let projections: Projections | undefined
  const open = async (): Promise<Projections> =>
    (projections = await openProjections({
      file: join(folder, 'projections.db'),
      historyFolder: join(folder, 'history'),
      log,
      limits: { ...defaults, ...limits },
    }))
  return {
    log,
    open,
    close: async () => {
      await projections?.close()
      await log.close()
    },
  }
}

async function stateOf(projections: Projections): Promise<unknown> {
  return Promise.all(
    devices.map(async (deviceId) => ({
      shadows: await projections.readShadow(deviceId),
      history: (await projections.readHistory({ deviceId, limit: 1000, order: 'asc' })).points,
    })),
  )
}

test('property: applied by layouts, in bursts and late, reports come to what they come to one by one', async () => {
  const folder = temporaryFolder()
  let runs = 0
  await fc.assert(
    fc.asyncProperty(steps, fc.boolean(), async (all, isTight) => {
      const at = join(folder, String(runs++))
      const limits = isTight
        ? { shadowDevicesMax: 1, historyOpenBytesMax: 600, historyChunkRowsMax: 3, shadowServicesMax: 1 }
        : {}
      const [quick, slow] = [setUp(join(at, 'quick'), limits), setUp(join(at, 'slow'), limits)]
      let byLayouts = await quick.open()
      const oneByOne = await slow.open()
      try {
        let now = NOON
        const seen: [found: unknown, expected: unknown][] = []
        const writer = new RecordWriter()
        for (const step of all) {
          if (step === 'read') seen.push([await stateOf(byLayouts), await stateOf(oneByOne)])
          else if (step === 'save') await byLayouts.save()
          else if (step === 'reopen') {
            await byLayouts.close()
            byLayouts = await quick.open()
          } else {
            const burst = Array.isArray(step) ? step : [step]
            for (const { device, after, repeats, payload } of burst) {
              now += after
              const deviceId = devices[device] as DeviceId
              const bytes = Buffer.from(payload)
              const parsed = parseReport(bytes)
              writer.storedReport(reportSource(deviceId, PROJECT), now, bytes, repeats)
              await slow.log.append([
                {
                  kind: 'report',
                  at: now,
                  projectId: PROJECT,
                  deviceId,
                  body: {
                    topic: 'report',
                    payload,
                    payloadEncoding: 'utf8',
                    ...(repeats ? { repeats } : {}),
                    verdict: storedReport(parsed, now),
                  },
                },
              ])
            }
            const { count } = writer
            if (count > 0) await quick.log.appendRecords(writer.take(), count)
          }
        }
        seen.push([await stateOf(byLayouts), await stateOf(oneByOne)])
        await byLayouts.close()
        byLayouts = await quick.open()
        seen.push([await stateOf(byLayouts), await stateOf(oneByOne)])
        for (const [found, expected] of seen) expect(found).toEqual(expected)
      } finally {
        await quick.close()
        await slow.close()
      }
    }),
    { numRuns: 40 },
  )
})
