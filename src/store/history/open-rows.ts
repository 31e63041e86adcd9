import type { DeviceId } from '../../base/ids.ts'
import type { JsonValue } from '../../base/json.ts'
import type { Limits } from '../../base/limits.ts'
import {
  aBlock,
  type Block,
  BLOCK,
  type Chain,
  COLUMNS_MAX,
  FLAGS,
  Generation,
  HEAD,
  LOW,
  NONE,
  OFFSET_MASK,
  OpenForm,
  type RowShape,
  REPEATS_BIT,
  TIME_BIT,
  WIDTH,
} from './open-form.ts'
import { type Column, DEVICE_TIME, floatArrays, PlainRows, REPEATS, type Rows } from './rows.ts'

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
    let bits = report.repeats ? REPEATS_BIT : 0
    for (let service = 0; service < services; service++) {
      const time = report.times[service] as number
      const isOfDevice = !Number.isNaN(time)
      if (isOfDevice) bits |= TIME_BIT << service
      floats[at++] = isOfDevice ? time : receivedAt
    }
    halves[2 * this.#at + FLAGS] = bits
    halves[2 * this.#at + WIDTH] = width
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
    const { floats, halves } = this.#block
    const at = this.#at
    halves[2 * at + FLAGS] =
      ((flags & REPEATS) === 0 ? 0 : REPEATS_BIT) | ((flags & DEVICE_TIME) === 0 ? 0 : TIME_BIT)
    halves[2 * at + WIDTH] = width
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
      const { floats, halves } = blocks[Math.floor(rest / BLOCK)] as Block
      const at = rest & OFFSET_MASK
      values += (halves[2 * at + WIDTH] as number) - others
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

  /** The head of a row, at `#at`, but for flags and width. */
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
    const { floats, halves } = this.#block
    floats.fill(NaN, this.#at + size, this.#at + size + more)
    halves[2 * this.#at + WIDTH] = width
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
      const bits = block.halves[2 * at + FLAGS] as number
      const repeats = (bits & REPEATS_BIT) === 0 ? 0 : REPEATS
      for (let service = 0; service < times.length; service++) {
        const isOfDevice = (bits & (TIME_BIT << service)) !== 0
        ;(flags[service] as Uint8Array)[row] = repeats + (isOfDevice ? DEVICE_TIME : 0)
        if (hasTimes) (times[service] as Float64Array)[row] = from[at + HEAD + service] as number
      }
      const end = at + valuesAt + (block.halves[2 * at + WIDTH] as number)
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
