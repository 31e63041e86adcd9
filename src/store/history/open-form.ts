import type { DeviceId } from '../../base/ids.ts'
import type { JsonValue } from '../../base/json.ts'

/*
 * Rows that are not in a file yet. They stand one after the other, of all devices, in blocks of float64: a point is one
 * write, and memory has the bound that the blocks have, however many series there are. A row is
 *
 *   previous row of its form | received | seq | flags and width | time of each service | value × width
 *
 * and holds one service, or a whole report of several: these have their values side by side, and the seqs that follow.
 * Where no service has a time of its own, the times are left out: it is that of receipt.
 *
 * A property that the row lacks is NaN, a value that is no number is a NaN whose lower half is its number among the words
 * of the generation. Such bits are never read as a float that is written elsewhere, or they might be lost.
 *
 * There are two generations: rows are added to one while the other is folded.
 */
export const HEAD = 4
export const NONE = -1

const BLOCK_BITS = 16
export const BLOCK = 2 ** BLOCK_BITS
export const OFFSET_MASK = BLOCK - 1

/** So wide a row still fits a block. */
export const COLUMNS_MAX = 16_384
/** Services of one row, each with a flag of its own. */
const SERVICES_MAX = 31
/** The fourth number of a row is two whole ones of 32 bits: the flags, then the width. */
export const FLAGS = 6
export const WIDTH = 7
/** Flags: of the redelivery, and of the first service, whose time is the device's; those of the others follow. */
export const REPEATS_BIT = 1
export const TIME_BIT = 2

/** Which half of a float64 is the lower one. */
export const LOW = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 0 : 1

export interface Block {
  readonly floats: Float64Array
  /** The same memory. */
  readonly halves: Uint32Array
}

export const aBlock = (): Block => {
  const floats = new Float64Array(BLOCK)
  return { floats, halves: new Uint32Array(floats.buffer) }
}

/** Rows that are added, or those that are folded. */
export class Generation {
  blocks: Block[] = []
  /** Address of the next row: number of the block × BLOCK + place in it. */
  end = 0
  /** Values that are no numbers; what can be told apart by itself stands here once. */
  readonly words: JsonValue[] = []
  readonly #wordNumbers = new Map<JsonValue, number>()
  wordBytes = 0
  forms: OpenForm[] = []
  rows = 0
  points = 0
  /** Rows of the form that has most. */
  rowsOfOneMax = 0

  /** From 1 on. */
  wordNumber(word: JsonValue): number {
    const known = this.#wordNumbers.get(word)
    if (known !== undefined) return known
    const made = this.words.push(word)
    // Two arrays or objects are never the same to a map, however alike.
    if (typeof word !== 'object' || word === null) this.#wordNumbers.set(word, made)
    this.wordBytes += bytesOf(word)
    return made
  }
}

/** A form's rows in one generation: the newest, and how many. */
export interface Chain {
  newest: number
  rows: number
}

/** One service of a form. */
export interface ServiceShape {
  readonly serviceId: string
  readonly names: readonly string[]
  /** The column of its first property. */
  readonly from: number
}

/** What the rows of a form look like; made once and shared by all devices that report so. */
export interface RowShape {
  /** In the order of the report; at least one. */
  readonly services: readonly ServiceShape[]
  /** Columns of all services. */
  readonly width: number
  /** Whether services have times of their own. */
  readonly hasTimes: boolean
}

/** Undefined: such reports have to be added service by service. */
export function rowShape(
  services: readonly { readonly serviceId: string; readonly names: readonly string[] }[],
  hasTimes: boolean,
): RowShape | undefined {
  const width = services.reduce((sum, { names }) => sum + names.length, 0)
  if (services.length > SERVICES_MAX || width > COLUMNS_MAX) return undefined
  let from = 0
  const shapes = services.map(({ serviceId, names }) => {
    const shape = { serviceId, names, from }
    from += names.length
    return shape
  })
  return { services: shapes, width, hasTimes }
}

/** Where a series stands in the file that it was last written to; see `PeriodFile`. */
export interface Filed {
  readonly ids: object
  readonly id: number
}

/** Rows of one device that look alike. Keep it: it stays good for as long as the store is open. */
export class OpenForm {
  readonly deviceId: DeviceId
  readonly shape: RowShape
  readonly chains: [Chain, Chain] = [
    { newest: NONE, rows: 0 },
    { newest: NONE, rows: 0 },
  ]
  /** By service. */
  readonly filed: (Filed | undefined)[] = []

  constructor(deviceId: DeviceId, shape: RowShape) {
    this.deviceId = deviceId
    this.shape = shape
  }
}

/** Of a value that is no number, with what the list of them takes. */
function bytesOf(value: JsonValue): number {
  if (typeof value === 'string') return 32 + 2 * value.length
  return value === null || typeof value === 'boolean' ? 16 : 32 + 4 * JSON.stringify(value).length
}
