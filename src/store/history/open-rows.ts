import type { DeviceId } from '../../base/ids.ts'
import type { JsonValue } from '../../base/json.ts'
import type { Limits } from '../../base/limits.ts'
import { type Column, DEVICE_TIME, floatArrays, PlainRows, REPEATS, type Rows } from './rows.ts'

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
const HEAD = 4
const NONE = -1

const BLOCK_BITS = 16
const BLOCK = 2 ** BLOCK_BITS
const OFFSET_MASK = BLOCK - 1

/** So wide a row still fits a block. */
const COLUMNS_MAX = 16_384
/** Services of one row, each with a flag of its own. */
const SERVICES_MAX = 31
/** Of the fourth number of a row: a bit for the redelivery, one a service for its time, then the width. */
const TIME_BIT = 2
const WIDTH_BIT = 2 ** 32

/** Which half of a float64 is the lower one. */
const LOW = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 0 : 1

interface Block {
  readonly floats: Float64Array
  /** The same memory. */
  readonly halves: Uint32Array
}

const aBlock = (): Block => {
  const floats = new Float64Array(BLOCK)
  return { floats, halves: new Uint32Array(floats.buffer) }
}

class Generation {
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
interface Chain {
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

/** Rows of one service, to which properties may be added at any time: a point costs one write and no look-up for who keeps the numbers of the columns. */
export class OpenSeries extends OpenForm {
  readonly serviceId: string
  readonly names: string[]
  readonly #store: OpenRows
  readonly #columns = new Map<string, number>()

  constructor(store: OpenRows, deviceId: DeviceId, serviceId: string) {
    const names: string[] = []
    super(deviceId, { services: [{ serviceId, names, from: 0 }], width: 0, hasTimes: true })
    this.serviceId = serviceId
    this.names = names
    this.#store = store
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

/** What a report of a form says. */
export interface NewReport {
  readonly receivedAt: number
  /** Of its first service; those of the others follow. */
  readonly seq: number
  readonly repeats: boolean
  /** By service, for a form that has times; NaN: that of receipt. */
  readonly times: ArrayLike<number>
  /** By slot; NaN: the value stands in `words`. */
  readonly numbers: Float64Array
  readonly words: readonly JsonValue[]
}

/** Rows of one service. */
export interface ServiceRows {
  /** Which service of its form. */
  readonly service: number
  readonly serviceId: string
  readonly rows: Rows
}

export class OpenRows {
  readonly #byDevice = new Map<DeviceId, OpenForm[]>()
  readonly #generations: [Generation, Generation] = [new Generation(), new Generation()]
  readonly #spare: Block[] = []
  #active: 0 | 1 = 0
  // The row being filled: its block, where its values begin there, and its width.
  #block: Block = { floats: new Float64Array(0), halves: new Uint32Array(0) }
  #at = 0
  #width = 0
  #chain: Chain = { newest: NONE, rows: 0 }
  // For a piece that is folded, again and again: memory that is let go would call the garbage collector.
  #addresses = new Float64Array(0)
  #columns = new Float64Array(0)

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
    for (const form of this.#byDevice.get(deviceId) ?? [])
      if (form instanceof OpenSeries && form.serviceId === serviceId) return form
    return this.#list(new OpenSeries(this, deviceId, serviceId))
  }

  form(deviceId: DeviceId, shape: RowShape): OpenForm {
    const known = this.#byDevice.get(deviceId)?.find((form) => form.shape === shape)
    return known ?? this.#list(new OpenForm(deviceId, shape))
  }

  /** A report of `form`, whole; `slots`: where the value of each column stands. The hot path of history. */
  add(form: OpenForm, slots: readonly number[], report: NewReport): void {
    const { shape } = form
    const { receivedAt, numbers } = report
    const { width } = shape
    const services = shape.hasTimes ? shape.services.length : 0
    const generation = this.#generations[this.#active]
    this.#begin(form, generation, HEAD + services + width, receivedAt, report.seq)
    const { floats, halves } = this.#block
    let at = this.#at + HEAD
    let timeBits = 0
    for (let service = 0; service < services; service++) {
      const time = report.times[service] as number
      const isOfDevice = !Number.isNaN(time)
      if (isOfDevice) timeBits += 2 ** service
      floats[at++] = isOfDevice ? time : receivedAt
    }
    floats[this.#at + 3] = (report.repeats ? 1 : 0) + TIME_BIT * timeBits + WIDTH_BIT * width
    for (let column = 0; column < width; column++, at++) {
      const slot = slots[column] as number
      const value = numbers[slot] as number
      floats[at] = value
      if (Number.isNaN(value)) halves[2 * at + LOW] = generation.wordNumber(report.words[slot] as JsonValue)
    }
    generation.points += width
  }

  begin(series: OpenSeries, time: number, receivedAt: number, seq: number, flags: number): void {
    const width = series.names.length
    this.#begin(series, this.#generations[this.#active], HEAD + 1 + width, receivedAt, seq)
    const { floats } = this.#block
    const at = this.#at
    floats[at + 3] =
      ((flags & REPEATS) === 0 ? 0 : 1) + ((flags & DEVICE_TIME) === 0 ? 0 : TIME_BIT) + WIDTH_BIT * width
    floats[at + HEAD] = time
    floats.fill(NaN, at + HEAD + 1, at + HEAD + 1 + width)
    this.#width = width
  }

  number(column: number, value: number): void {
    if (value - value !== 0) return this.word(column, null) // not finite, as JSON has it
    if (column >= this.#width) this.#widen(column + 1)
    this.#block.floats[this.#at + HEAD + 1 + column] = value
    this.#generations[this.#active].points++
  }

  word(column: number, value: JsonValue): void {
    if (column >= this.#width) this.#widen(column + 1)
    const generation = this.#adding
    const at = this.#at + HEAD + 1 + column
    this.#block.floats[at] = NaN
    this.#block.halves[2 * at + LOW] = generation.wordNumber(value)
    generation.points++
  }

  /** From now on rows go to the other generation, which must be empty. */
  freeze(): void {
    if (this.#folding.rows > 0 || this.#folding.end > 0) throw new Error('history is being folded already')
    this.#active = this.#active === 0 ? 1 : 0
    this.#width = 0
  }

  /** Forms that have rows to be folded. */
  get frozen(): readonly OpenForm[] {
    return this.#folding.forms
  }

  get frozenRows(): number {
    return this.#folding.rows
  }

  /** The frozen rows are in files: their memory is free. Forms that got no row meanwhile are forgotten. */
  thaw(): void {
    const generation = this.#folding
    const old = (1 - this.#active) as 0 | 1
    for (const form of generation.forms) {
      form.chains[old] = { newest: NONE, rows: 0 }
      const isWide = form instanceof OpenSeries && form.names.length > 1024
      if (form.chains[this.#active].rows === 0 || isWide) this.#forget(form)
    }
    // Spare blocks wait for the next rows, but not those of a rare flood.
    for (const block of generation.blocks) if (this.#spare.length < 16) this.#spare.push(block)
    this.#generations[old] = new Generation()
  }

  /**
   * Frozen rows from the newest backwards, or from `after`, the `rest` of an earlier piece: as many as make a chunk of
   * each service. `rest` is negative when these were the last. The rows are good until this is called again.
   */
  takeFrozen(
    form: OpenForm,
    after: number | undefined,
    {
      historyChunkRowsMax,
      historyChunkPointsMax,
    }: Pick<Limits, 'historyChunkRowsMax' | 'historyChunkPointsMax'>,
  ): { readonly services: readonly ServiceRows[]; readonly rows: number; readonly rest: number } {
    const { blocks } = this.#folding
    // All but the widest service: a chunk is of one.
    const { services, width } = form.shape
    const others = services.length === 1 ? 0 : width - Math.max(...services.map(({ names }) => names.length))
    if (this.#addresses.length < historyChunkRowsMax) this.#addresses = new Float64Array(historyChunkRowsMax)
    const addresses = this.#addresses
    let first = historyChunkRowsMax
    let rest = after ?? (form.chains[1 - this.#active] as Chain).newest
    for (let values = 0; rest !== NONE && first > 0;) {
      const { floats } = blocks[Math.floor(rest / BLOCK)] as Block
      const at = rest & OFFSET_MASK
      values += widthOf(floats[at + 3] as number) - others
      if (first < historyChunkRowsMax && values > historyChunkPointsMax) break
      addresses[--first] = rest
      rest = floats[at] as number
    }
    const found = addresses.subarray(first, historyChunkRowsMax)
    const needed = found.length * columnsOf(form)
    if (this.#columns.length < needed) this.#columns = new Float64Array(needed)
    return {
      services: this.#gather(form, this.#folding, found, this.#columns),
      rows: found.length,
      rest,
    }
  }

  /** What {@link takeFrozen} gave is in a file. */
  dropFrozen(form: OpenForm, rest: number, rows: number): void {
    const chain = form.chains[1 - this.#active] as Chain
    chain.newest = rest
    chain.rows -= rows
    this.#folding.rows -= rows
  }

  /** All open rows of a device: for each form and generation that has some, those of each service. */
  list(deviceId: DeviceId, serviceId?: string): ServiceRows[] {
    const found: ServiceRows[] = []
    for (const form of this.#byDevice.get(deviceId) ?? []) {
      if (serviceId !== undefined && !form.shape.services.some((one) => one.serviceId === serviceId)) continue
      for (const which of [0, 1] as const) {
        const chain = form.chains[which]
        if (chain.newest === NONE) continue
        const generation = this.#generations[which]
        const addresses = new Float64Array(chain.rows)
        for (let address = chain.newest, row = chain.rows; address !== NONE;) {
          addresses[--row] = address
          const { floats } = generation.blocks[Math.floor(address / BLOCK)] as Block
          address = floats[address & OFFSET_MASK] as number
        }
        for (const one of this.#gather(form, generation, addresses))
          if (serviceId === undefined || one.serviceId === serviceId) found.push(one)
      }
    }
    return found
  }

  /** Forgets all rows of a device. */
  clear(deviceId: DeviceId): void {
    for (const form of this.#byDevice.get(deviceId) ?? [])
      for (const which of [0, 1] as const) {
        this.#generations[which].rows -= form.chains[which].rows
        form.chains[which].newest = NONE
        // Its rows count no more, but the form keeps its place in the list of its generation.
        form.chains[which].rows = 0
      }
  }

  /** The head of a row but for its fourth number, which `#at` then stands for. */
  #begin(form: OpenForm, generation: Generation, size: number, receivedAt: number, seq: number): void {
    const chain = form.chains[this.#active]
    if (chain.rows === 0) this.#open(form, generation)
    const address = this.#room(generation, size)
    const at = address & OFFSET_MASK
    const block = generation.blocks[Math.floor(address / BLOCK)] as Block
    const { floats } = block
    floats[at] = chain.newest
    floats[at + 1] = receivedAt
    floats[at + 2] = seq
    this.#block = block
    this.#at = at
    this.#chain = chain
    chain.newest = address
    chain.rows++
    generation.rows++
    if (chain.rows > generation.rowsOfOneMax) generation.rowsOfOneMax = chain.rows
  }

  #open(form: OpenForm, generation: Generation): void {
    generation.forms.push(form)
    if (!this.#byDevice.get(form.deviceId)?.includes(form)) this.#list(form)
  }

  #list<F extends OpenForm>(form: F): F {
    const all = this.#byDevice.get(form.deviceId)
    if (all) all.push(form)
    else this.#byDevice.set(form.deviceId, [form])
    return form
  }

  #forget(form: OpenForm): void {
    const rest = this.#byDevice.get(form.deviceId)?.filter((one) => one !== form) ?? []
    if (rest.length > 0) this.#byDevice.set(form.deviceId, rest)
    else this.#byDevice.delete(form.deviceId)
  }

  #room(generation: Generation, size: number): number {
    const offset = generation.end & OFFSET_MASK
    const fits = offset + size <= BLOCK && generation.blocks.length > 0
    const address = fits && offset !== 0 ? generation.end : this.#addBlock(generation)
    generation.end = address + size
    return address
  }

  #addBlock(generation: Generation): number {
    generation.blocks.push(this.#spare.pop() ?? aBlock())
    return (generation.blocks.length - 1) * BLOCK
  }

  /** The row being filled is the last one of its generation, so it can grow where it stands, or move to a new block. */
  #widen(width: number): void {
    const generation = this.#adding
    const more = width - this.#width
    const size = HEAD + 1 + this.#width
    if ((generation.end & OFFSET_MASK) !== 0 && this.#at + size + more <= BLOCK) generation.end += more
    else {
      const address = this.#addBlock(generation)
      const block = generation.blocks.at(-1) as Block
      block.halves.set(this.#block.halves.subarray(2 * this.#at, 2 * (this.#at + size)))
      generation.end = address + size + more
      this.#chain.newest = address
      this.#block = block
      this.#at = 0
    }
    const { floats } = this.#block
    floats.fill(NaN, this.#at + size, this.#at + size + more)
    floats[this.#at + 3] = (floats[this.#at + 3] as number) + WIDTH_BIT * more
    this.#width = width
  }

  /** `shared`: memory for the columns; absent: they get some of their own. */
  #gather(
    form: OpenForm,
    generation: Generation,
    addresses: Float64Array,
    shared?: Float64Array<ArrayBuffer>,
  ): ServiceRows[] {
    const { services, hasTimes } = form.shape
    const length = addresses.length
    const floats = floatArrays(length, columnsOf(form), shared)
    const receivedAt = floats()
    const seqs = floats()
    const times = hasTimes ? services.map(() => floats()) : [receivedAt]
    const flags = times.map(() => new Uint8Array(length))
    const numbers: (Float64Array | undefined)[] = []
    const others: ((JsonValue | undefined)[] | undefined)[] = []
    const valuesAt = HEAD + (hasTimes ? services.length : 0)
    for (let row = 0; row < length; row++) {
      const address = addresses[row] as number
      const block = generation.blocks[Math.floor(address / BLOCK)] as Block
      const from = block.floats
      const at = address & OFFSET_MASK
      receivedAt[row] = from[at + 1] as number
      seqs[row] = from[at + 2] as number
      const meta = from[at + 3] as number
      const repeats = meta % 2 === 1 ? REPEATS : 0
      for (let service = 0; service < times.length; service++) {
        const isOfDevice = hasTimes && (meta / (TIME_BIT * 2 ** service)) % 2 >= 1
        ;(flags[service] as Uint8Array)[row] = repeats + (isOfDevice ? DEVICE_TIME : 0)
        if (hasTimes) (times[service] as Float64Array)[row] = from[at + HEAD + service] as number
      }
      const end = at + valuesAt + widthOf(meta)
      for (let place = at + valuesAt, column = 0; place < end; place++, column++) {
        const value = from[place] as number
        if (!Number.isNaN(value)) {
          ;(numbers[column] ??= floats().fill(NaN))[row] = value
          continue
        }
        const word = block.halves[2 * place + LOW] as number
        if (word === 0) continue
        const values = (others[column] ??= Array<JsonValue | undefined>(length).fill(undefined))
        values[row] = generation.words[word - 1]
      }
    }
    return services.map(({ serviceId, names, from }, service) => {
      const found = new Map<string, Column>()
      for (const [index, name] of names.entries()) {
        const column = from + index
        if (numbers[column] || others[column])
          found.set(name, { numbers: numbers[column], others: others[column] })
      }
      const which = hasTimes ? service : 0
      const fixed = {
        length,
        times: times[which] as Float64Array,
        receivedAt,
        seqs: service === 0 ? seqs : shifted(seqs, service, floats()),
        flags: flags[which] as Uint8Array,
      }
      return { service, serviceId, rows: new PlainRows(fixed, found) }
    })
  }
}

function shifted(values: Float64Array, by: number, target: Float64Array): Float64Array {
  for (let i = 0; i < values.length; i++) target[i] = (values[i] as number) + by
  return target
}

/** Of one buffer; columns beyond get one each. */
const SHARED_COLUMNS = 64

/** Columns of one buffer: of all services those of values, times and seqs, and the time of receipt. */
function columnsOf({ shape: { services } }: OpenForm): number {
  const columns = services.reduce((sum, { names }) => sum + names.length, 1 + 2 * services.length)
  return Math.min(columns, SHARED_COLUMNS)
}

const widthOf = (meta: number): number => Math.floor(meta / WIDTH_BIT)

/** Of a value that is no number, with what the list of them takes. */
function bytesOf(value: JsonValue): number {
  if (typeof value === 'string') return 32 + 2 * value.length
  return value === null || typeof value === 'boolean' ? 16 : 32 + 4 * JSON.stringify(value).length
}
