import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Position } from '../../src/base/ids.ts'
import { openHistoryStore } from '../../src/store/history/history-store.ts'
import { DEVICE } from '../support/builders.ts'
import { connectOnce } from '../support/device-client.ts'
import { quaysideEnv, repository, startQuayside } from '../support/quayside.ts'
import { loadReport, registerDevice, registerProduct, storedNumbers } from '../support/registered-device.ts'

test('R5 with a damaged month of history the platform serves, and health and doctor say what became of it', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'quayside-'))
  const folder = join(dataDir, 'history')
  const store = openHistoryStore({ folder })
  // The month that the device below reports for.
  const time = Date.UTC(2026, 0, 2)
  store.add(DEVICE, 'Meter', {
    ...{ time, receivedAt: time, timeSource: 'device', repeats: false, seq: 1 },
    values: [['a', 1]],
  })
  await store.foldAll(0 as Position)
  store.close()
  const file = join(folder, 'history-2026-01.db')
  writeFileSync(file, readFileSync(file).fill(0xa5, 100))
  const quayside = await startQuayside({}, { dataDir })
  onTestFinished(() => quayside.dispose())
  const health = async (): Promise<unknown> =>
    (await fetch(`http://127.0.0.1:${quayside.ports.http}/health/ready`)).json()
  const device = await registerDevice(quayside, await registerProduct(quayside), 'd')
  const url = `mqtt://127.0.0.1:${quayside.ports.mqtt}`
  const { client } = await connectOnce(url, device.credentials())
  for (const n of [1, 2, 3]) await client?.publishAsync(device.reportTopic, loadReport(n), { qos: 1 })
  client?.end(true)
  expect(await health()).not.toHaveProperty('warnings')

  expect(await storedNumbers(quayside, device)).toEqual([1, 2, 3])

  const sentence =
    'History of 2026-01 was damaged and set aside as history/history-2026-01.db.damaged-1; of it there is what the log still held.'
  expect(await health()).toMatchObject({ status: 'ready', warnings: [sentence] })
  expect(readdirSync(folder)).toContain('history-2026-01.db.damaged-1')
  expect(quayside.output()).toContain('a month of history is damaged and was set aside')
  const metrics = await (await fetch(`http://127.0.0.1:${quayside.ports.http}/metrics`)).text()
  expect(metrics).toContain('\nquayside_history_set_aside_files 1\n')
  expect(metrics).toMatch(/\nquayside_log_last_flush_seconds 0\.\d+\n/)
  const { stdout } = spawnSync(process.execPath, ['src/main.ts', 'doctor', '--json'], {
    cwd: repository,
    env: quaysideEnv(dataDir),
    encoding: 'utf8',
  })
  expect((JSON.parse(stdout) as { findings: object[] }).findings).toContainEqual({
    ...{ about: 'History', level: 'warning', sentence },
    remedy: expect.stringContaining('history-2026-01.db'),
  })
})
