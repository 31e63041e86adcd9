import type { DeviceId } from '../../base/ids.ts'
import type { JsonValue } from '../../base/json.ts'
import type { Limits } from '../../base/limits.ts'
import { type Column, floatArrays, PlainRows, type Rows } from './rows.ts'

/*
 * Rows that are not in a file yet. They stand one after the other, of all series, in blocks of float64: a point is one
 * write, and memory has the bound that the blocks have, however many series there are. A row is
 *
 *   previous row of its series | time | received | seq | flags, width and number of words | first word | value × width
 *
 * with NaN for a property it lacks and Infinity for a value that is no number: such a word stands in a list of its
 * own, with its column before it.
 *
 * There are two generations: rows are added to one while the other is folded.
 */
const HEAD = 6
const NONE = -1

const BLOCK_BITS = 16
const BLOCK = 2 ** BLOCK_BITS
const OFFSET_MASK = BLOCK - 1

/** So wide a row still fits a block. */
const COLUMNS_MAX = 16_384
const WIDTHS = 2 ** 15

class Generation {
  blocks: Float64Array[] = []
  /** Address of the next row: number of the block × BLOCK + place in it. */
  end = 0
  words: (JsonValue | number)[] = []
  wordBytes = 0
  series: OpenSeries[] = []
  rows = 0
  points = 0
  /** Rows of the series that has most. */
  rowsOfOneMax = 0
}

/** A column's rows in one generation: the newest, and how many. */
interface Chain {
  newest: number
  rows: number
}

/**
 * Where reports of one device and service are put. Keep it, and the numbers of its columns: then a point costs one
 * write and no look-up. It stays good for as long as the store is open.
 */
export class OpenSeries {
  readonly deviceId: DeviceId
  readonly serviceId: string
  readonly names: string[] = []
  readonly #store: OpenRows
  readonly #columns = new Map<string, number>()
  readonly chains: [Chain, Chain] = [
    { newest: NONE, rows: 0 },
    { newest: NONE, rows: 0 },
  ]
  /** Where it stands in the file that it was last written to; see `PeriodFile`. */
  filed: { readonly ids: object; readonly id: number } | undefined

  constructor(store: OpenRows, deviceId: DeviceId, serviceId: string) {
    this.#store = store
    this.deviceId = deviceId
    this.serviceId = serviceId
  }

  /** The number of a property's column. */
  column(name: string): number {
    const known = this.#columns.get(name)
    if (known !== undefined) return known
    if (this.names.length >= COLUMNS_MAX) throw new RangeError('a service has too many different properties')
    this.#columns.set(name, this.names.length)
    return this.names.push(name) - 1
  }

  /** Begins a row, which the next calls of `number` and `value` fill: at least one. `flags`: DEVICE_TIME, REPEATS. */
  row(time: number, receivedAt: number, seq: number, flags: number): void {
    this.#store.begin(this, time, receivedAt, seq, flags)
  }

  number(column: number, value: number): void {
    this.#store.number(column, value)
  }

  /** Any value but null. */
  value(column: number, value: JsonValue): void {
    if (typeof value === 'number') this.#store.number(column, value)
    else this.#store.word(column, value)
  }
}

export class OpenRows {
  readonly #byDevice = new Map<DeviceId, OpenSeries[]>()
  readonly #generations: [Generation, Generation] = [new Generation(), new Generation()]
  readonly #spare: Float64Array[] = []
  #active: 0 | 1 = 0
  // The row being filled: its block, where it begins there, and its width.
  #block: Float64Array = new Float64Array(0)
  #at = 0
  #width = 0
  #chain: Chain = { newest: NONE, rows: 0 }

  get #adding(): Generation {
    return this.#generations[this.#active]
  }

  get #folding(): Generation {
    return this.#generations[1 - this.#active] as Generation
  }

  /** Of the generation that is added to, and of both. */
  get points(): number {
    return this.#generations[0].points + this.#generations[1].points
  }

  get rows(): number {
    return this.#generations[0].rows + this.#generations[1].rows
  }

  get addingRows(): number {
    return this.#adding.rows
  }

  get addingBytes(): number {
    return this.#adding.end * 8 + this.#adding.wordBytes
  }

  get rowsOfOneMax(): number {
    return this.#adding.rowsOfOneMax
  }

  series(deviceId: DeviceId, serviceId: string): OpenSeries {
    const all = this.#byDevice.get(deviceId)
    const known = all?.find((series) => series.serviceId === serviceId)
    if (known) return known
    const made = new OpenSeries(this, deviceId, serviceId)
    if (all) all.push(made)
    else this.#byDevice.set(deviceId, [made])
    return made
  }

  begin(series: OpenSeries, time: number, receivedAt: number, seq: number, flags: number): void {
    const generation = this.#generations[this.#active]
    const chain = series.chains[this.#active]
    if (chain.rows === 0) this.#open(series, generation)
    const width = series.names.length
    const address = this.#room(generation, HEAD + width)
    const at = address & OFFSET_MASK
    const block = generation.blocks[Math.floor(address / BLOCK)] as Float64Array
    block[at] = chain.newest
    block[at + 1] = time
    block[at + 2] = receivedAt
    block[at + 3] = seq
    block[at + 4] = flags + 4 * width
    block[at + 5] = generation.words.length
    for (let i = at + HEAD; i < at + HEAD + width; i++) block[i] = NaN
    this.#block = block
    this.#at = at
    this.#width = width
    this.#chain = chain
    chain.newest = address
    chain.rows++
    generation.rows++
    if (chain.rows > generation.rowsOfOneMax) generation.rowsOfOneMax = chain.rows
  }

  number(column: number, value: number): void {
    if (value - value !== 0) return this.word(column, null) // not finite, as JSON has it
    if (column >= this.#width) this.#widen(column + 1)
    this.#block[this.#at + HEAD + column] = value
    this.#generations[this.#active].points++
  }

  word(column: number, value: JsonValue): void {
    if (column >= this.#width) this.#widen(column + 1)
    const generation = this.#adding
    this.#block[this.#at + HEAD + column] = Infinity
    this.#block[this.#at + 4] = (this.#block[this.#at + 4] as number) + 4 * WIDTHS
    generation.words.push(column, value)
    generation.wordBytes += bytesOf(value)
    generation.points++
  }

  /** From now on rows go to the other generation, which must be empty. */
  freeze(): void {
    if (this.#folding.rows > 0 || this.#folding.end > 0) throw new Error('history is being folded already')
    this.#active = this.#active === 0 ? 1 : 0
    this.#width = 0
  }

  /** Series that have rows to be folded. */
  get frozen(): readonly OpenSeries[] {
    return this.#folding.series
  }

  get frozenRows(): number {
    return this.#folding.rows
  }

  /** The frozen rows are in files: their memory is free. Series that got no row meanwhile are forgotten. */
  thaw(): void {
    const generation = this.#folding
    const old = (1 - this.#active) as 0 | 1
    for (const series of generation.series) {
      series.chains[old] = { newest: NONE, rows: 0 }
      if (series.chains[this.#active].rows === 0 || series.names.length > 1024) this.#forget(series)
    }
    // Spare blocks wait for the next rows, but not those of a rare flood.
    for (const block of generation.blocks) if (this.#spare.length < 16) this.#spare.push(block)
    this.#generations[old] = new Generation()
  }

  /**
   * Frozen rows from the newest backwards, or from `after`, the `rest` of an earlier piece: as many as make a chunk.
   * `rest` is negative when these were the last.
   */
  takeFrozen(
    series: OpenSeries,
    after: number | undefined,
    {
      historyChunkRowsMax,
      historyChunkPointsMax,
    }: Pick<Limits, 'historyChunkRowsMax' | 'historyChunkPointsMax'>,
  ): { readonly rows: Rows; readonly rest: number } {
    const addresses: number[] = []
    let rest = after ?? (series.chains[1 - this.#active] as Chain).newest
    for (let values = 0; rest !== NONE && addresses.length < historyChunkRowsMax;) {
      const { block, at } = this.#find(this.#folding, rest)
      values += widthOf(block[at + 4] as number)
      if (addresses.length > 0 && values > historyChunkPointsMax) break
      addresses.push(rest)
      rest = block[at] as number
    }
    return { rows: this.#gather(series, this.#folding, addresses.reverse()), rest }
  }

  /** What {@link takeFrozen} gave is in a file. */
  dropFrozen(series: OpenSeries, rest: number, rows: number): void {
    const chain = series.chains[1 - this.#active] as Chain
    chain.newest = rest
    chain.rows -= rows
    this.#folding.rows -= rows
  }

  /** All open rows of a device: one for each series and generation that has some. */
  list(deviceId: DeviceId, serviceId?: string): { readonly serviceId: string; readonly rows: Rows }[] {
    const found: { serviceId: string; rows: Rows }[] = []
    for (const series of this.#byDevice.get(deviceId) ?? []) {
      if (serviceId !== undefined && series.serviceId !== serviceId) continue
      for (const which of [0, 1] as const) {
        const chain = series.chains[which]
        if (chain.newest === NONE) continue
        const generation = this.#generations[which]
        const addresses: number[] = []
        for (let address = chain.newest; address !== NONE;) {
          addresses.push(address)
          const { block, at } = this.#find(generation, address)
          address = block[at] as number
        }
        found.push({
          serviceId: series.serviceId,
          rows: this.#gather(series, generation, addresses.reverse()),
        })
      }
    }
    return found
  }

  /** Forgets all rows of a device. */
  clear(deviceId: DeviceId): void {
    for (const series of this.#byDevice.get(deviceId) ?? [])
      for (const which of [0, 1] as const) {
        this.#generations[which].rows -= series.chains[which].rows
        series.chains[which].newest = NONE
        // Its rows count no more, but the series keeps its place in the list of its generation.
        series.chains[which].rows = 0
      }
  }

  #open(series: OpenSeries, generation: Generation): void {
    generation.series.push(series)
    const all = this.#byDevice.get(series.deviceId)
    if (!all) this.#byDevice.set(series.deviceId, [series])
    else if (!all.includes(series)) all.push(series)
  }

  #forget(series: OpenSeries): void {
    const all = this.#byDevice.get(series.deviceId)
    const rest = all?.filter((one) => one !== series) ?? []
    if (rest.length > 0) this.#byDevice.set(series.deviceId, rest)
    else this.#byDevice.delete(series.deviceId)
  }

  #room(generation: Generation, size: number): number {
    const offset = generation.end & OFFSET_MASK
    const fits = offset + size <= BLOCK && generation.blocks.length > 0
    const address = fits && offset !== 0 ? generation.end : this.#addBlock(generation)
    generation.end = address + size
    return address
  }

  #addBlock(generation: Generation): number {
    generation.blocks.push(this.#spare.pop() ?? new Float64Array(BLOCK))
    return (generation.blocks.length - 1) * BLOCK
  }

  /** The row being filled is the last one of its generation, so it can grow where it stands, or move to a new block. */
  #widen(width: number): void {
    const generation = this.#adding
    const more = width - this.#width
    if ((generation.end & OFFSET_MASK) !== 0 && this.#at + HEAD + width <= BLOCK) generation.end += more
    else {
      const address = this.#addBlock(generation)
      const block = generation.blocks.at(-1) as Float64Array
      block.set(this.#block.subarray(this.#at, this.#at + HEAD + this.#width))
      generation.end = address + HEAD + width
      this.#chain.newest = address
      this.#block = block
      this.#at = 0
    }
    this.#block.fill(NaN, this.#at + HEAD + this.#width, this.#at + HEAD + width)
    this.#block[this.#at + 4] = (this.#block[this.#at + 4] as number) + 4 * more
    this.#width = width
  }

  #find(generation: Generation, address: number): { block: Float64Array; at: number } {
    return {
      block: generation.blocks[Math.floor(address / BLOCK)] as Float64Array,
      at: address & OFFSET_MASK,
    }
  }

  #gather(series: OpenSeries, generation: Generation, addresses: readonly number[]): Rows {
    const length = addresses.length
    const floats = floatArrays(length, Math.min(3 + series.names.length, SHARED_COLUMNS))
    const fixed = {
      length,
      times: floats(),
      receivedAt: floats(),
      seqs: floats(),
      flags: new Uint8Array(length),
    }
    const numbers: (Float64Array | undefined)[] = []
    const others: ((JsonValue | undefined)[] | undefined)[] = []
    for (let row = 0; row < length; row++) {
      const { block, at } = this.#find(generation, addresses[row] as number)
      const meta = block[at + 4] as number
      fixed.times[row] = block[at + 1] as number
      fixed.receivedAt[row] = block[at + 2] as number
      fixed.seqs[row] = block[at + 3] as number
      fixed.flags[row] = meta % 4
      const width = widthOf(meta)
      for (let column = 0; column < width; column++) {
        const value = block[at + HEAD + column] as number
        if (value - value === 0) (numbers[column] ??= floats().fill(NaN))[row] = value
      }
      const words = Math.floor(meta / (4 * WIDTHS))
      for (let i = 0, from = block[at + 5] as number; i < words; i++, from += 2) {
        const column = generation.words[from] as number
        const values = (others[column] ??= Array<JsonValue | undefined>(length).fill(undefined))
        values[row] = generation.words[from + 1]
      }
    }
    const columns = new Map<string, Column>()
    for (const [index, name] of series.names.entries())
      if (numbers[index] || others[index])
        columns.set(name, { numbers: numbers[index], others: others[index] })
    return new PlainRows(fixed, columns)
  }
}

/** Of one buffer; columns beyond get one each. */
const SHARED_COLUMNS = 64

const widthOf = (meta: number): number => Math.floor(meta / 4) % WIDTHS

/** Of a value that is no number, with what the list of them takes. */
function bytesOf(value: JsonValue): number {
  if (typeof value === 'string') return 32 + 2 * value.length
  return value === null || typeof value === 'boolean' ? 16 : 32 + 4 * JSON.stringify(value).length
}
