import type { DeviceId, ProjectId } from '../base/ids.ts'
import type { Instant } from '../base/instant.ts'
import { limits } from '../base/limits.ts'
import type { JsonValue } from '../base/json.ts'
import type { SlotValues } from '../codec/payload/layout.ts'
import { deviceHash, type RecordCursor } from '../log/record.ts'
import { emptyShadow, ShadowState } from '../domain/shadow/shadow-state.ts'
import { findEarlier, isDeleted } from '../store/projections/changes.ts'
import { hasReported } from '../store/projections/first-reports.ts'
import type { ProjectionsFile } from '../store/projections/projections-file.ts'
import { hasRefusedValues } from '../store/projections/refused-values.ts'
import { listShadows, saveShadow } from '../store/projections/shadows.ts'
import type { OpenForm } from '../store/history/open-form.ts'
import type { ReportPlan } from './report-plans.ts'

/** What is kept in memory of one device, so that its reports are applied without a question to the file. */
export interface DeviceState {
  readonly deviceId: DeviceId
  /** The same as bytes. */
  readonly idBytes: Uint8Array
  readonly projectId: ProjectId
  readonly services: Map<string, ShadowState>
  isDeleted: boolean
  /** What stands before it in the log belongs to an earlier device of this id; 0: there was none. */
  earlierUntil: number
  hasReported: boolean
  hasRefusedValues: boolean
  /** Something is desired of it: its reports are compared with that. */
  hasDesired: boolean
  /** When it was last told that a report did not show what is desired. */
  toldAt: Instant | undefined
  /** How the last report was laid out, nearly always as the next one, and where its values go. */
  bound: BoundPlan | undefined
  /** Reports of the bound plan that its shadows do not show yet; see `DeviceStates.changeLater`. */
  late: number
  /** When the last of them was received, and in which round they came. */
  lateAt: Instant
  lateRound: number
  /** Looked at since the cache was last cleaned. */
  isUsed: boolean
  /** How many of its shadows are not in the file as they are. */
  unsaved: number
}

/** A plan of one device. */
export interface BoundPlan {
  readonly plan: ReportPlan
  readonly form: OpenForm
  /** Of the last late report, in the order of the plan's slots; NaN: it stands in `words`. */
  readonly numbers: number[]
  readonly words: JsonValue[]
}

export function bindPlan(plan: ReportPlan, form: OpenForm): BoundPlan {
  return { plan, form, numbers: plan.slots.map(() => NaN), words: [] }
}

interface Unsaved {
  readonly device: DeviceState
  /** In which round it changed first since it was saved. */
  readonly round: number
}

/**
 * The devices that reports came from of late, with their shadows: authoritative as long as they are here. What has
 * changed is written to the file behind, in rounds: a round writes every shadow as it was when the round began, so
 * that the file always holds the shadows of one position of the log. A shadow that changes before its turn is written
 * first.
 */
export class DeviceStates {
  readonly #db: ProjectionsFile
  readonly #devicesMax: number
  readonly #devices = new Map<DeviceId, DeviceState>()
  /** The device that was asked for last by each hash: the way without a string made of every record. */
  readonly #byHash = new Map<number, DeviceState>()
  /** Of the last record: the next one is often of the same device. */
  #last: DeviceState | undefined
  readonly #unsaved = new Map<ShadowState, Unsaved>()
  #round = 1
  /** Of the round that is being written: all unsaved ones of an earlier round number. */
  #due: ShadowState[] = []
  /** Devices with late reports: of this round, and of the one that is being written. */
  #late = new Set<DeviceState>()
  #lateDue = new Set<DeviceState>()

  constructor(db: ProjectionsFile, devicesMax: number) {
    this.#db = db
    this.#devicesMax = devicesMax
  }

  /** Of the device that a record is of; undefined: it is of none. */
  ofRecord(record: RecordCursor): DeviceState | undefined {
    const last = this.#last
    if (last && record.isOf(last.idBytes)) return last
    // With a sign: a number above 2^31 would be an object, and its look-up slow.
    const hash = record.hash | 0
    const likely = this.#byHash.get(hash)
    if (likely && record.isOf(likely.idBytes)) {
      likely.isUsed = true
      return (this.#last = likely)
    }
    const { deviceId } = record
    if (deviceId === '') return undefined
    const device = this.get(deviceId, record.projectId)
    this.#byHash.set(hash, device)
    return (this.#last = device)
  }

  get(deviceId: DeviceId, projectId: ProjectId): DeviceState {
    const known = this.#devices.get(deviceId)
    if (known) {
      known.isUsed = true
      return known
    }
    if (this.#devices.size >= this.#devicesMax) this.#makeRoom()
    const db = this.#db
    const shadows = listShadows(db, deviceId)
    const made: DeviceState = {
      deviceId,
      idBytes: Buffer.from(deviceId, 'latin1'),
      projectId,
      services: new Map(shadows.map((shadow) => [shadow.serviceId, new ShadowState(shadow)])),
      isDeleted: isDeleted(db, deviceId),
      earlierUntil: findEarlier(db, deviceId),
      hasReported: hasReported(db, deviceId),
      hasRefusedValues: hasRefusedValues(db, deviceId),
      hasDesired: shadows.some(({ desired }) => desired !== undefined),
      toldAt: undefined,
      bound: undefined,
      late: 0,
      lateAt: 0,
      lateRound: 0,
      isUsed: true,
      unsaved: 0,
    }
    this.#devices.set(deviceId, made)
    return made
  }

  /** Only if it is here; its shadows are as they should be. */
  peek(deviceId: DeviceId): DeviceState | undefined {
    const device = this.#devices.get(deviceId)
    if (device) this.settle(device)
    return device
  }

  /**
   * Keeps the values of a report instead of changing the shadows by them: as long as reports are of one plan, without times
   * of their own and no redeliveries, each changes every shadow that the one before has changed, so that the last one
   * and their number say it all. `settle` does it: before anything else looks at a shadow or changes it.
   */
  changeLater(
    device: DeviceState,
    { plan, numbers, words }: BoundPlan,
    at: Instant,
    values: SlotValues,
  ): void {
    if (device.late > 0 && device.lateRound !== this.#round) this.settle(device)
    if (device.late === 0) {
      this.#late.add(device)
      device.lateRound = this.#round
    }
    device.late++
    device.lateAt = at
    const { slots } = plan
    for (let i = 0; i < slots.length; i++) {
      const slot = slots[i] as number
      const value = values.numbers[slot] as number
      numbers[i] = value
      if (Number.isNaN(value)) words[i] = values.words[slot] as JsonValue
    }
  }

  /** Changes the shadows by the late reports. What is thrown, since an older state could not be written, leaves them late. */
  settle(device: DeviceState): void {
    const { late, lateAt: at, lateRound: round, bound } = device
    if (late === 0 || !bound) return
    const { services } = bound.plan
    // All that may fail first: half of a report in the shadows would be counted again.
    const shadows = services.map(({ serviceId }) => this.#shadowOf(device, serviceId))
    for (const shadow of shadows) if (shadow) this.#willChange(device, shadow, round)
    device.late = 0
    this.#late.delete(device)
    this.#lateDue.delete(device)
    let i = 0
    for (const [index, { properties }] of services.entries()) {
      const shadow = shadows[index]
      shadow?.begin(at, at, late)
      for (const property of properties) {
        const value = bound.numbers[i] as number
        shadow?.set(property, Number.isNaN(value) ? (bound.words[i] as JsonValue) : value)
        i++
      }
    }
  }

  /** The shadow of a service, made when there is none yet: it is to be changed then. Undefined: the device has as many as it may have. */
  shadowOf(device: DeviceState, serviceId: string): ShadowState | undefined {
    this.settle(device)
    return this.#shadowOf(device, serviceId)
  }

  #shadowOf({ services }: DeviceState, serviceId: string): ShadowState | undefined {
    const known = services.get(serviceId)
    if (known) return known
    if (services.size >= limits.shadowServicesMax) return undefined
    const made = new ShadowState(emptyShadow(serviceId))
    services.set(serviceId, made)
    return made
  }

  /** To be called before a shadow is changed. */
  willChange(device: DeviceState, shadow: ShadowState): void {
    this.#willChange(device, shadow, this.#round)
  }

  /** Zero: nothing is to be written. */
  get unsaved(): number {
    return this.#unsaved.size + this.#late.size + this.#lateDue.size
  }

  /** Ends a round: what has changed so far is due. The round before must be written. */
  endRound(): void {
    this.#due = [...this.#unsaved.keys()]
    this.#lateDue = this.#late
    this.#late = new Set()
    this.#round++
  }

  /** Writes at most `most` of those that are due; true when none is left. */
  saveDue(most: number): boolean {
    for (let i = 0; i < most; i++) {
      const shadow = this.#due.pop()
      if (shadow) {
        const known = this.#unsaved.get(shadow)
        if (known && known.round < this.#round) this.#save(shadow, known)
        continue
      }
      const [device] = this.#lateDue
      if (!device) return true
      // Its shadows are due then.
      this.settle(device)
    }
    return this.#due.length === 0 && this.#lateDue.size === 0
  }

  /** The device is deleted, or another one begins under its id: nothing of it is written any more. */
  forget(deviceId: DeviceId): void {
    const device = this.#devices.get(deviceId)
    if (!device) return
    device.late = 0
    this.#late.delete(device)
    this.#lateDue.delete(device)
    for (const shadow of device.services.values()) this.#unsaved.delete(shadow)
    this.#devices.delete(deviceId)
    this.#byHash.delete(deviceHash(deviceId) | 0)
    this.#last = undefined
  }

  /** `round`: that of the change, this one or the one that is being written. */
  #willChange(device: DeviceState, shadow: ShadowState, round: number): void {
    const known = this.#unsaved.get(shadow)
    if (known?.round === round) return
    // Of the round that is being written, and its turn has not come: it is written as it was then.
    if (known) this.#save(shadow, known)
    this.#unsaved.set(shadow, { device, round })
    device.unsaved++
    if (round < this.#round) this.#due.push(shadow)
  }

  #save(shadow: ShadowState, { device }: Unsaved): void {
    saveShadow(this.#db, device.deviceId, shadow.toShadow())
    this.#unsaved.delete(shadow)
    device.unsaved--
  }

  /** The devices that were not looked at since the last time go; those with unsaved shadows stay. */
  #makeRoom(): void {
    this.#byHash.clear()
    this.#last = undefined
    for (const device of this.#devices.values()) {
      if (!device.isUsed && isSaved(device)) this.#devices.delete(device.deviceId)
      device.isUsed = false
    }
    if (this.#devices.size < this.#devicesMax) return
    for (const device of this.#devices.values()) if (isSaved(device)) this.#devices.delete(device.deviceId)
  }
}

const isSaved = ({ unsaved, late }: DeviceState): boolean => unsaved === 0 && late === 0
