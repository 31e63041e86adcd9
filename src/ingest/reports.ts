import { learnLayout, type Memory, memoryOf, type ReportLayout, SlotValues } from '../codec/payload/layout.ts'
import { type CheckValue, type CompiledModel, isInRange } from '../domain/product-model/check-value.ts'
import type { ParsedReport } from '../domain/report/report.ts'

/** A layout with the check of each of its slots; undefined: nothing to check (system services, times). */
interface JudgedLayout {
  readonly layout: ReportLayout
  readonly checks: readonly (CheckValue | undefined)[]
}

/** Firmware versions of one product, and forms of report of each. */
const LAYOUTS_MAX = 8
/** Learning costs ten times a report, and some reports have nothing to learn: after these few, one in so many is tried. */
const LEARNED_AT_ONCE = 16
const LEARNED_THEN_EVERY = 64

/**
 * The quick way for the reports of one product model: most are of a layout that was seen before, and then their values
 * are read and judged where they lie. It says yes or "look closer", never no.
 */
export class QuickReports {
  readonly #model: CompiledModel | undefined
  /** The one that fitted last stands first. */
  readonly #layouts: JudgedLayout[] = []
  readonly #values = new SlotValues()
  /** That the last report lay in: nearly always the buffer that all sockets are read into. */
  #bytes: Uint8Array | undefined
  #memory: Memory = memoryOf(new Uint8Array(0))
  #looked = 0

  constructor(model: CompiledModel | undefined) {
    this.#model = model
  }

  /** Whether it is sure that `decideReport` would store every value of this report, which is `bytes[start, end)`. */
  areAllStored(bytes: Uint8Array, start = 0, end = bytes.length): boolean {
    const layouts = this.#layouts
    if (this.#bytes !== bytes) this.#memory = memoryOf((this.#bytes = bytes))
    const memory = this.#memory
    for (let i = 0; i < layouts.length; i++) {
      const { layout, checks } = layouts[i] as JudgedLayout
      if (!layout.read(memory, start, end, this.#values)) continue
      if (i > 0) layouts.unshift(...layouts.splice(i, 1))
      return this.#fit(checks)
    }
    return false
  }

  /** A report that was decided the long way, with every value stored: the next of its layout takes the quick one. */
  learn(payload: Uint8Array, report: ParsedReport): void {
    this.#looked++
    if (this.#looked > LEARNED_AT_ONCE && this.#looked % LEARNED_THEN_EVERY !== 0) return
    const layout = learnLayout(payload, report)
    if (!layout) return
    const checks = layout.slots.map(({ kind, service, property }) =>
      kind === 'property' ? this.#model?.get(layout.serviceIds[service] as string)?.get(property) : undefined,
    )
    this.#layouts.unshift({ layout, checks })
    this.#layouts.splice(LAYOUTS_MAX)
  }

  #fit(checks: JudgedLayout['checks']): boolean {
    const { numbers } = this.#values
    for (let i = 0; i < checks.length; i++) {
      const check = checks[i]
      if (check === undefined) continue
      // Most are numbers, which would become an object each for the check as it is for any value.
      if (check.range) {
        if (!isInRange(check.range, numbers[i] as number)) return false
      } else if (check(this.#values.at(i)) !== undefined) return false
    }
    return true
  }
}
