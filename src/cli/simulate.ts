import type { JsonObject } from '../base/json.ts'
import { OperatorError } from '../base/operator-error.ts'
import { cleanFleet } from '../simulator/clean.ts'
import { type Fleet, fleetFile, type FleetFile } from '../simulator/fleet.ts'
import { makeFleet, type MadeFleet } from '../simulator/make-fleet.ts'
import { patterns } from '../simulator/patterns.ts'
import { textOf } from '../simulator/platform-client.ts'
import { planReports } from '../simulator/reports.ts'
import { runFleet, type RunResult } from '../simulator/run-fleet.ts'
import { openFilesMax } from './open-files.ts'
import { type Access, enterPlatform } from './simulate/access.ts'
import { parseSimulateOptions, type SimulateOptions, UsageError } from './simulate/options.ts'
import { openScreen, type Screen, summaryLines, summaryObject } from './simulate/screen.ts'

/** Files that the process has open beside the devices' connections. */
const OTHER_FILES = 64
const SAME_SIGNAL_MILLIS = 1000

/**
 * `quayside simulate …`: virtual devices. Exit code 0 when every report was acknowledged; 1 when one was not, a device
 * was never let in, or a report that was not bad on purpose was refused; 2 when not understood.
 */
export async function simulate(argv: readonly string[]): Promise<number> {
  let options: SimulateOptions
  try {
    options = parseSimulateOptions(argv, process.env)
  } catch (fault) {
    if (!(fault instanceof UsageError)) throw fault
    process.stderr.write(`${fault.message} Every option: npx quayside simulate --help.\n`)
    return 2
  }
  const abort = new AbortController()
  let firstAt: number | undefined
  const onSignal = (): void => {
    firstAt ??= performance.now()
    abort.abort()
    // Ctrl-C comes from the terminal and from the launcher at once; a later one is from somebody who will not wait.
    if (performance.now() - firstAt > SAME_SIGNAL_MILLIS) process.exit(130)
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.on(signal, onSignal)
  try {
    return await run(options, abort.signal, openScreen(options.json ? process.stderr : process.stdout))
  } finally {
    for (const signal of signals) process.off(signal, onSignal)
  }
}

async function run(options: SimulateOptions, signal: AbortSignal, screen: Screen): Promise<number> {
  const access = await enterPlatform(options)
  const file = fleetFile(access.folder)
  const earlier = file.read()
  if (earlier && earlier.projectId !== access.projectId)
    throw new OperatorError(
      `${file.folder} holds devices of another platform (${earlier.origin}); clean up there, or name another folder with --folder.`,
    )
  if (options.clean === 'only') {
    if (!earlier) screen.say(`Nothing to clean up: no run has left anything in ${file.folder}.`)
    else await clean(earlier, access, file, screen)
    return 0
  }
  refuseMisfit(options, earlier, file)
  const made = await make(options, access, file, options.resume ? earlier : undefined, signal, screen)
  const result = await runFleet({
    ...made,
    target: access.target,
    perDeviceAndMinute: options.perDeviceAndMinute,
    pattern: patterns[options.pattern],
    chaos: options.chaos,
    durationMillis: options.durationMillis,
    seed: options.seed,
    signal,
    onSecond: screen.second,
  })
  if (options.json) process.stdout.write(`${JSON.stringify(summaryObject(result), null, 2)}\n`)
  else for (const line of summaryLines(result)) screen.say(line)
  // Anew: a run may last longer than the right to enter that it began with.
  const enterAgain = () => enterPlatform(options)
  for (const line of await refusedConnection(result, enterAgain)) screen.say(line)
  const left = file.read()
  if (options.clean === 'after' && left) await clean(left, await enterAgain(), file, screen)
  else
    screen.say('\nThe devices are kept: go on with --resume, remove them with npx quayside simulate --clean.')
  return verdictOf(result, signal.aborted)
}

/** Who was interrupted need not have let everybody in. */
function verdictOf({ statistics, lost }: RunResult, wasInterrupted: boolean): number {
  const { devices, everConnected, refusedConnects, refusedUnexpectedly } = statistics
  const allIn = wasInterrupted ? refusedConnects.size === 0 : everConnected === devices
  return lost === 0 && allIn && refusedUnexpectedly === 0 ? 0 : 1
}

function refuseMisfit(options: SimulateOptions, earlier: Fleet | undefined, file: FleetFile): void {
  if (earlier && !options.resume)
    throw new OperatorError(
      `An earlier run left ${earlier.devices.length} devices (their keys: ${file.folder}); go on with them by --resume, or remove them first: npx quayside simulate --clean.`,
    )
  if (!earlier && options.resume)
    throw new OperatorError(`There is nothing to resume: no run has left devices in ${file.folder}.`)
  if (earlier && options.productId !== undefined && options.productId !== earlier.productId)
    throw new OperatorError(
      `The devices of the earlier run are of the product ${earlier.productId}; leave --product out, or clean up first.`,
    )
  if (earlier?.auth === 'x509' && options.isPlain)
    throw new OperatorError(
      'The devices of the earlier run have certificates, which they cannot show without TLS; leave --plain out.',
    )
  const filesMax = openFilesMax()
  if (filesMax !== undefined && filesMax < options.devices + OTHER_FILES)
    throw new OperatorError(
      `${options.devices} devices need as many open files, and this process may have ${filesMax}; raise the limit (ulimit -n ${options.devices + 1000}), or take fewer devices.`,
    )
}

async function make(
  options: SimulateOptions,
  access: Access,
  file: FleetFile,
  earlier: Fleet | undefined,
  signal: AbortSignal,
  screen: Screen,
): Promise<MadeFleet> {
  const { devices, productId, isPlain } = options
  const what = options.auth === 'x509' && !earlier ? 'Certificates made, devices registered' : 'Devices ready'
  let made: MadeFleet
  try {
    made = await makeFleet(
      { devices, auth: options.auth, productId, isPlain },
      { ...access, file, earlier, signal, onProgress: (ready) => screen.progress(what, ready, devices) },
    )
  } catch (fault) {
    if (file.read())
      screen.say('What was made so far is removed by npx quayside simulate --clean, and used by --resume.')
    throw fault
  }
  const { impossible } = planReports(made.product.services)
  if (impossible.length > 0)
    screen.say(`No value fits the rules of ${impossible.join(', ')}; left out of the reports.`)
  const { host, port, isTls } = access.target
  screen.say(
    `${devices} devices of "${made.product.name}" (${made.product.productId}) report to ${isTls ? 'mqtts' : 'mqtt'}://${host}:${port}.`,
  )
  return made
}

async function clean(fleet: Fleet, access: Access, file: FleetFile, screen: Screen): Promise<void> {
  const all = fleet.devices.length
  const { devices, product, ca } = await cleanFleet(fleet, {
    client: access.client,
    file,
    onProgress: (done) => screen.progress('Devices removed', done, all),
  })
  const also = [...(product ? ['the product'] : []), ...(ca ? ['the CA certificate'] : []), 'the keys']
  screen.say(`Cleaned up: ${devices} devices, ${also.join(', ')}.`)
}

/** The platform knows why it let a device not in; the device was told a number. */
async function refusedConnection(
  { statistics }: RunResult,
  enterAgain: () => Promise<Access>,
): Promise<readonly string[]> {
  if (statistics.refusedConnects.size === 0) return []
  const access = await enterAgain()
  const path = `/quayside/v1/${access.projectId}/connections?outcome=refused&limit=1&search=sim-`
  const { connections } = (await access.client.call('GET', path)) as {
    readonly connections: readonly JsonObject[]
  }
  const codes = [...statistics.refusedConnects].map(([code, count]) => `${count} × ${code}`).join(', ')
  const [last] = connections
  return [
    '',
    `Connections that the platform refused (CONNACK code): ${codes}`,
    ...(last ? [`  ${textOf(last, 'sentence')}`, `  → ${textOf(last, 'remedy')}`] : []),
  ]
}
