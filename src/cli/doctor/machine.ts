import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { availableParallelism, totalmem } from 'node:os'
import { openFilesMax } from '../open-files.ts'
import { bytesText, type Check, ok, problem, warning } from './check.ts'
import { newestFile } from './folder.ts'

/** Files beside connections: databases, listeners, threads, HTTP. */
const OTHER_FILES = 500

/** Each connection takes a file: of the running platform's limit, else of what a process started here gets. */
export const checkOpenFiles: Check = ({ running, connections }) => {
  const about = 'Open files'
  const most = openFilesMax(running?.pid)
  if (most === undefined) return [ok(about, 'the limit cannot be told on this system.')]
  const need = connections + OTHER_FILES
  const whose = running ? 'the running platform may have' : 'a process started here may have'
  if (most >= need) return [ok(about, `${whose} ${most}; ${connections} connections need ${need}.`)]
  return [
    problem(
      about,
      `${whose} ${most} open; ${connections} connections need ${need}.`,
      `Under systemd: LimitNOFILE=${Math.max(200_000, need)}; in a shell, before the start: ulimit -n ${need}`,
    ),
  ]
}

/** What an idle platform takes, and a connection over TLS on top; both rounded up (docs/decisions/0006-idle-memory.md). */
const PLATFORM_BYTES = 200e6
const CONNECTION_BYTES = 80e3

export const checkMemory: Check = ({ running, connections }) => {
  const need = PLATFORM_BYTES + connections * CONNECTION_BYTES
  const constrained = process.constrainedMemory()
  const all = constrained > 0 ? Math.min(constrained, totalmem()) : totalmem()
  const free = process.availableMemory()
  const words = `${bytesText(all)}, ${bytesText(free)} of it available; ${connections} connections over TLS need about ${bytesText(need)}`
  const remedy = 'Give the machine or the container more memory, or connect fewer devices to it.'
  if (all < need) return [problem('Memory', `${words}.`, remedy)]
  // A running platform has its part already.
  if (!running && free < need) return [warning('Memory', `${words}.`, remedy)]
  return [ok('Memory', `${words}.`)]
}

export const checkCores: Check = () => {
  const cores = availableParallelism()
  return [
    cores > 1
      ? ok('Cores', `${cores}.`)
      : warning(
          'Cores',
          'a single one: devices, storage and the API take turns.',
          'Two cores or more keep acknowledgements quick under load.',
        ),
  ]
}

/** This release was made in 2026; certificates are judged by the clock. */
const FIRST_YEAR = 2026
const LAST_YEAR = 2100
const BACK_MILLIS = 5 * 60_000

export const checkClock: Check = async (scene) => {
  const about = 'Clock'
  const text = new Date(scene.now).toISOString().replace(/\.\d+Z$/, 'Z')
  const year = new Date(scene.now).getUTCFullYear()
  if (year < FIRST_YEAR || year > LAST_YEAR)
    return [
      problem(
        about,
        `${text} cannot be right: certificates would be judged by it.`,
        'Set the clock, and have it synchronised: timedatectl set-ntp true',
      ),
    ]
  const newest = newestFile(scene)
  if (newest > scene.now + BACK_MILLIS)
    return [
      problem(
        about,
        `${text}, but files in the data folder were written at ${new Date(newest).toISOString().replace(/\.\d+Z$/, 'Z')}: the clock was set back, or was wrong before.`,
        'Find out which of the two is right before the platform starts; have the clock synchronised: timedatectl set-ntp true',
      ),
    ]
  switch (await synchronised()) {
    case 'yes':
      return [ok(about, `${text}, synchronised.`)]
    case 'no':
      return [
        warning(
          about,
          `${text}, not synchronised: times of reports and validity of certificates drift with it.`,
          'Run: timedatectl set-ntp true (or install chrony)',
        ),
      ]
    case 'unknown':
      return [ok(about, `${text}, which is plausible; whether it is synchronised cannot be told here.`)]
  }
}

/** In a container it is the host that knows. */
async function synchronised(): Promise<'yes' | 'no' | 'unknown'> {
  const said = await new Promise<string>((resolve) => {
    const args = ['show', '--property=NTPSynchronized', '--value']
    execFile('timedatectl', args, { timeout: 3000 }, (fault, stdout) => resolve(fault ? '' : stdout.trim()))
  })
  if (said === 'yes' || said === 'no') return said
  return existsSync('/run/systemd/timesync/synchronized') ? 'yes' : 'unknown'
}
