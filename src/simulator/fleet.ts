import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { OperatorError } from '../base/operator-error.ts'

/*
 * What a run made, kept in a folder of mode 0700 for the next run and for cleaning up: private keys and secrets of the
 * devices are in it. One line of JSON each, appended before or as soon as the thing exists, so that whatever ends a
 * run in its middle leaves a list of what there is to remove.
 */

export type Credential =
  | { readonly kind: 'x509'; readonly certificate: string; readonly key: string }
  | { readonly kind: 'secret'; readonly secret: string }

export interface FleetDevice {
  readonly deviceId: string
  readonly credential: Credential
}

export interface FleetCa {
  readonly certificateId: string
  readonly pem: string
  readonly keyPem: string
}

/** What lines say. */
type Line =
  | {
      readonly kind: 'fleet'
      readonly projectId: string
      readonly origin: string
      readonly productId: string
      readonly ownsProduct: boolean
      readonly auth: 'x509' | 'secret'
      /** Part of the node id of every device. */
      readonly tag: string
    }
  | ({ readonly kind: 'ca' } & FleetCa)
  | ({ readonly kind: 'device' } & FleetDevice)

export type FleetHead = Omit<Extract<Line, { kind: 'fleet' }>, 'kind'>

/** An earlier run, as its folder tells it. */
export interface Fleet extends FleetHead {
  readonly ca: FleetCa | undefined
  readonly devices: readonly FleetDevice[]
}

/** The file of one folder; nothing is kept open. */
export interface FleetFile {
  readonly folder: string
  /** Undefined when no run left anything. Throws {@link OperatorError} for a file that others may read or that is damaged. */
  read(): Fleet | undefined
  begin(head: FleetHead): void
  addCa(ca: FleetCa): void
  addDevices(devices: readonly FleetDevice[]): void
  remove(): void
}

export function fleetFile(folder: string): FleetFile {
  const path = join(folder, 'fleet.jsonl')
  const append = (...lines: readonly Line[]): void => {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    chmodSync(folder, 0o700)
    appendFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''), { mode: 0o600 })
  }
  return {
    folder,
    read: () => (existsSync(path) ? readFleet(path) : undefined),
    begin: (head) => append({ kind: 'fleet', ...head }),
    addCa: (ca) => append({ kind: 'ca', ...ca }),
    addDevices: (devices) => append(...devices.map((device) => ({ kind: 'device' as const, ...device }))),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

function readFleet(path: string): Fleet | undefined {
  const mode = statSync(path).mode & 0o777
  // It holds private keys (safety S10).
  if (process.platform !== 'win32' && (mode & 0o077) !== 0)
    throw new OperatorError(
      `${path} can be read by others (mode ${mode.toString(8)}); run: chmod 600 ${path}`,
    )
  const lines = readFileSync(path, 'utf8').split('\n')
  // What stands behind the last line end was cut off while it was written.
  const read = lines.slice(0, -1).map((line, index) => parseLine(line, `${path}:${index + 1}`))
  const head = read.find((line) => line.kind === 'fleet')
  if (!head) return undefined
  return {
    ...head,
    ca: read.findLast((line) => line.kind === 'ca'),
    devices: read.filter((line) => line.kind === 'device'),
  }
}

function parseLine(line: string, place: string): Line {
  try {
    return JSON.parse(line) as Line
  } catch (cause) {
    throw new OperatorError(
      `${place} is damaged; what the simulator made can no longer be found by it: remove the folder, and product and devices in the console.`,
      { cause },
    )
  }
}
