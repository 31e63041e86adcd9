import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { memoryOf } from '../codec/payload/layout.ts'
import { parseReport } from '../codec/payload/report.ts'
import { OpenRows } from '../store/history/open-rows.ts'
import { openProjectionsFile } from '../store/projections/projections-file.ts'
import { listShadows } from '../store/projections/shadows.ts'
import { aFaultyDisk, DEVICE, NOON, PROJECT } from '../../tests/support/builders.ts'
import { temporaryFolder } from '../../tests/support/temporary-folder.ts'
import { bindPlan, DeviceStates } from './device-states.ts'
import { ReportPlans } from './report-plans.ts'

function setUp() {
  const disk = aFaultyDisk()
  const db = openProjectionsFile(join(temporaryFolder(), 'projections.db'), () => undefined, disk.faults)
  onTestFinished(() => db.close())
  const states = new DeviceStates(db, 10)
  const plans = new ReportPlans()
  const payload = (t: number) =>
    Buffer.from(
      `{"services":[{"service_id":"Env","properties":{"t":${t}}},{"service_id":"Bat","properties":{"mode":"m${t}"}}]}`,
    )
  plans.learn(payload(0), parseReport(payload(0)))
  const rows = new OpenRows()
  /** One report, kept for later. */
  const report = (t: number): void => {
    const bytes = payload(t)
    const plan = plans.find(undefined, memoryOf(bytes), 0, bytes.length)
    if (!plan) throw new Error('no plan')
    const device = states.get(DEVICE, PROJECT)
    device.bound ??= bindPlan(plan, rows.form(DEVICE, plan.shape))
    states.changeLater(device, device.bound, NOON + t, plans.values)
  }
  const inFile = () =>
    listShadows(db, DEVICE).map(({ reported, version }) => [
      ...Object.values(reported?.properties ?? {}),
      version,
    ])
  const inMemory = () =>
    [...(states.peek(DEVICE)?.services.values() ?? [])].map((shadow) => {
      const { reported, version } = shadow.toShadow()
      return [...Object.values(reported?.properties ?? {}), version]
    })
  return { db, states, report, inFile, inMemory, disk }
}

test('reports that are kept for later are in the shadows for whoever looks', () => {
  const { states, report, inMemory } = setUp()

  for (let t = 1; t <= 3; t++) report(t)

  expect(states.unsaved).toBeGreaterThan(0)
  expect(inMemory()).toEqual([
    [3, 3],
    ['m3', 3],
  ])
})

test('a round writes shadows as they were when it began, whatever comes or is read meanwhile', () => {
  for (const meanwhile of ['nothing', 'a read', 'a report', 'a report and a read'] as const) {
    const { states, report, inFile, inMemory } = setUp()
    report(1)
    report(2)

    states.endRound()
    if (meanwhile === 'a read') inMemory()
    if (meanwhile.startsWith('a report')) report(3)
    if (meanwhile.endsWith('and a read')) inMemory()
    while (!states.saveDue(1));

    expect([meanwhile, inFile()]).toEqual([
      meanwhile,
      [
        ['m2', 2],
        [2, 2],
      ],
    ])
  }
})

test('R2: late reports stay late when an older state of their shadow cannot be written, and count once', () => {
  const { states, report, inFile, inMemory, disk } = setUp()
  report(1)
  states.endRound()
  inMemory()
  report(2)

  disk.failAt('write', /INTO shadow/)
  expect(inMemory).toThrow('planted fault')
  expect(inMemory).toThrow('planted fault')
  disk.heal()

  expect(inMemory()).toEqual([
    [2, 2],
    ['m2', 2],
  ])
  while (!states.saveDue(1));
  expect(inFile()).toEqual([
    ['m1', 1],
    [1, 1],
  ])
})

test('what came while a round was written is written by the next', () => {
  const { states, report, inFile } = setUp()
  report(1)
  states.endRound()
  report(2)
  while (!states.saveDue(1));
  states.endRound()
  while (!states.saveDue(1));

  expect(inFile()).toEqual([
    ['m2', 2],
    [2, 2],
  ])
  expect(states.unsaved).toBe(0)
})

test('S16: of a device that is forgotten nothing that was late is written', () => {
  const { states, report, inFile } = setUp()
  report(1)
  states.endRound()
  report(2)
  states.forget(DEVICE)
  states.endRound()
  while (!states.saveDue(1));

  expect(inFile()).toEqual([])
  expect(states.unsaved).toBe(0)
})
