import { learnLayout, type Memory, type ReportLayout, SlotValues } from '../codec/payload/layout.ts'
import type { ParsedReport } from '../domain/report/report.ts'
import { type RowShape, rowShape } from '../store/history/open-form.ts'

/** A layout as it is applied: service by service, in the order of the report. */
export interface ReportPlan {
  readonly layout: ReportLayout
  readonly services: readonly ServicePlan[]
  readonly valueCount: number
  /** The rows it makes in history; `slots`: where the value of each column stands. */
  readonly shape: RowShape
  readonly slots: readonly number[]
}

export interface ServicePlan {
  readonly serviceId: string
  readonly properties: readonly string[]
  /** Which of the layout's values each property has. */
  readonly slots: readonly number[]
  /** Which one is the event time; -1: there is none. */
  readonly timeSlot: number
}

/** Firmware versions of all products together; each is a few kB. */
const PLANS_MAX = 256
/** Learning costs ten times a report, and some reports have nothing to learn. */
const LEARNED_AT_ONCE = 256
const LEARNED_THEN_EVERY = 64

/** The layouts of stored reports, learned from them as ingestion does: so that their values are read and not parsed. */
export class ReportPlans {
  /** The one that fitted last stands first. */
  readonly #plans: ReportPlan[] = []
  #looked = 0
  /** Of the report that was read last, by slot. */
  readonly values = new SlotValues()

  /** The plan of a stored report, with its values in `values`; `likely` is tried first. */
  find(likely: ReportPlan | undefined, memory: Memory, start: number, end: number): ReportPlan | undefined {
    if (likely?.layout.read(memory, start, end, this.values)) return likely
    const plans = this.#plans
    for (let i = 0; i < plans.length; i++) {
      const plan = plans[i] as ReportPlan
      if (plan === likely || !plan.layout.read(memory, start, end, this.values)) continue
      if (i > 0) plans.unshift(...plans.splice(i, 1))
      return plan
    }
    return undefined
  }

  learn(payload: Uint8Array, report: ParsedReport): void {
    this.#looked++
    if (this.#looked > LEARNED_AT_ONCE && this.#looked % LEARNED_THEN_EVERY !== 0) return
    const layout = learnLayout(payload, report)
    const plan = layout && planOf(layout)
    if (!plan) return
    this.#plans.unshift(plan)
    this.#plans.splice(PLANS_MAX)
  }
}

function planOf(layout: ReportLayout): ReportPlan | undefined {
  const services = layout.serviceIds.map((serviceId, index) => {
    const own = [...layout.slots.entries()].filter(([, { service }]) => service === index)
    const values = own.filter(([, { kind }]) => kind === 'property')
    return {
      serviceId,
      properties: values.map(([, { property }]) => property),
      slots: values.map(([slot]) => slot),
      timeSlot: own.findLast(([, { kind }]) => kind === 'event-time')?.[0] ?? -1,
    }
  })
  const slots = services.flatMap((service) => service.slots)
  const shape = rowShape(
    services.map(({ serviceId, properties }) => ({ serviceId, names: properties })),
    services.some(({ timeSlot }) => timeSlot >= 0),
  )
  return shape && { layout, services, valueCount: slots.length, shape, slots }
}
