import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { ProgressFile } from '../../src/store/history/progress-file.ts'
import { makeSmallDisk } from '../support/small-disk.ts'
import { openStore, storeDevices } from '../support/store-folder.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/*
 * The writer of log, projections and history as a process of its own, with bounds so small that it folds all the time:
 * killed, and on a full disk.
 */

interface Said {
  readonly durable?: number
  readonly refused?: string
  readonly fault?: string
}

interface StoreWriter {
  readonly process: ChildProcess
  /** Reports of each device up to this number are durable. */
  durable(): number
  /** Resolves with the first that is so, from now on. */
  says(isIt: (said: Said) => boolean): Promise<Said>
  kill(): Promise<void>
}

function startWriter(folder: string): StoreWriter {
  const child = fork(new URL('../support/store-writer.ts', import.meta.url), [folder], { execArgv: [] })
  const exited = once(child, 'exit')
  let durable = 0
  child.on('message', (said: Said) => (durable = said.durable ?? durable))
  return {
    process: child,
    durable: () => durable,
    says: (isIt) =>
      new Promise((resolve, reject) => {
        const look = (said: Said): void => {
          if (!isIt(said)) return
          child.off('message', look)
          resolve(said)
        }
        child.on('message', look)
        void exited.then(([code]) => reject(new Error(`the writer ended with ${code}`)))
      }),
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
  }
}

/** All that is durable is there, once and whole, in history and shadow of each device; gives the number of the last. */
async function check(folder: string, durable: number): Promise<{ last: number; filed: number }> {
  const { log, projections } = await openStore(folder)
  try {
    const last = (await log.head()) / storeDevices.length
    expect(last).toBeGreaterThanOrEqual(durable)
    for (const deviceId of storeDevices) {
      const numbers: unknown[] = []
      let marker: string | undefined
      do {
        const page = await projections.readHistory({
          deviceId,
          limit: 1000,
          order: 'asc',
          ...(marker !== undefined && { marker }),
        })
        for (const { values } of page.points) {
          expect(values['twice']).toBe(2 * Number(values['n']))
          numbers.push(values['n'])
        }
        marker = page.marker
      } while (marker !== undefined)
      expect(numbers).toEqual(Array.from({ length: last }, (_, index) => index + 1))
      const [shadow] = await projections.readShadow(deviceId)
      expect(shadow?.reported?.properties).toEqual({ n: last, twice: 2 * last })
    }
    return { last, filed: (await projections.historyStats()).points }
  } finally {
    await projections.close()
    await log.close()
  }
}

/** Resolves somewhere in a fold that was not yet begun when this was called: seen from beside, in its progress file. */
async function untilFolding(folder: string): Promise<void> {
  const db = new DatabaseSync(join(folder, 'history', 'history-progress.db'), { readOnly: true })
  const read = db.prepare('SELECT folded, folding FROM progress')
  try {
    const { folding: before } = read.get() ?? {}
    for (;;) {
      const { folded, folding } = read.get() ?? {}
      if (folding !== before && Number(folding) > Number(folded)) break
      await pause(1)
    }
  } finally {
    db.close()
  }
  await pause(Math.random() * 20)
}

/** Whether a fold was begun that did not come to its end. */
function isFolding(folder: string): boolean {
  const file = new ProgressFile(join(folder, 'history'))
  const { folded, folding } = file.read()
  file.close()
  return folding > folded
}

const pause = (millis: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis))

test('R1 R5 Q3: kill -9 while history is folded, 20 times: nothing is lost, nothing is there twice', async () => {
  const folder = temporaryFolder()
  let seen = { last: 0, filed: 0 }
  let folding = 0
  for (let kill = 0; kill < 20; kill++) {
    const writer = startWriter(folder)
    await writer.says(({ durable }) => durable !== undefined)
    await untilFolding(folder)
    await writer.kill()
    if (isFolding(folder)) folding++
    seen = await check(folder, writer.durable())
  }
  process.stdout.write(
    `killed 20 times, ${folding} of them in mid-fold: ${seen.last * storeDevices.length} reports, ${seen.filed} values in files\n`,
  )
  expect(folding).toBeGreaterThan(0)
  expect(seen.filed).toBeGreaterThan(1000)
}, 300_000)

test('R2 R5: the disk fills while history is folded and the projections write: all goes on when there is space', async () => {
  const disk = makeSmallDisk()
  onTestFinished(() => disk.dispose())
  let writer = startWriter(disk.folder)
  onTestFinished(() => writer.kill())
  const pid = (): number => writer.process.pid ?? 0
  let faults = 0
  for (let round = 0; round < 8; round++) {
    await writer.says(({ durable }) => durable !== undefined)
    await untilFolding(disk.folder)
    writer.process.on('message', (said: Said) => (faults += said.fault === undefined ? 0 : 1))

    disk.fill(pid())
    await writer.says(({ refused }) => refused !== undefined)
    const durable = writer.durable()
    // Long enough for projections and history to meet it too.
    await pause(1200)
    // Killed while it is full, every other time.
    if (round % 2 === 1) await writer.kill()
    disk.free(pid())
    if (round % 2 === 1) {
      await check(disk.folder, durable)
      writer = startWriter(disk.folder)
    }
    await writer.says((said) => said.durable !== undefined && said.durable > durable)
  }
  await writer.kill()
  const { last, filed } = await check(disk.folder, writer.durable())
  process.stdout.write(
    `full 8 times: ${last * storeDevices.length} reports, ${filed} values in files, ${faults} faults of projections and history\n`,
  )
  expect(filed).toBeGreaterThan(1000)
}, 300_000)
