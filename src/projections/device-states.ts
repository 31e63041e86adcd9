import type { DeviceId, ProjectId } from '../base/ids.ts'
import { limits } from '../base/limits.ts'
import { deviceHash, type RecordCursor } from '../log/record.ts'
import { emptyShadow, ShadowState } from '../domain/shadow/shadow-state.ts'
import { findEarlier, isDeleted } from '../store/projections/changes.ts'
import { hasReported } from '../store/projections/first-reports.ts'
import type { ProjectionsFile } from '../store/projections/projections-file.ts'
import { hasRefusedValues } from '../store/projections/refused-values.ts'
import { listShadows, saveShadow } from '../store/projections/shadows.ts'
import type { OpenSeries } from '../store/history/open-rows.ts'
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
  /** How the last report was laid out, nearly always as the next one, and where its values go. */
  bound: BoundPlan | undefined
  /** Looked at since the cache was last cleaned. */
  isUsed: boolean
  /** How many of its shadows are not in the file as they are. */
  unsaved: number
}

/** A plan of one device: the places of its values in history, service by service. */
export interface BoundPlan {
  readonly plan: ReportPlan
  readonly services: readonly { readonly series: OpenSeries; readonly columns: readonly number[] }[]
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
  readonly #unsaved = new Map<ShadowState, Unsaved>()
  #round = 1
  /** Of the round that is being written: all unsaved ones of an earlier round number. */
  #due: ShadowState[] = []

  constructor(db: ProjectionsFile, devicesMax: number) {
    this.#db = db
    this.#devicesMax = devicesMax
  }

  /** Of the device that a record is of; undefined: it is of none. */
  ofRecord(record: RecordCursor): DeviceState | undefined {
    const { hash } = record
    const likely = this.#byHash.get(hash)
    if (likely && record.isOf(likely.idBytes)) {
      likely.isUsed = true
      return likely
    }
    const { deviceId } = record
    if (deviceId === '') return undefined
    const device = this.get(deviceId, record.projectId)
    this.#byHash.set(hash, device)
    return device
  }

  get(deviceId: DeviceId, projectId: ProjectId): DeviceState {
    const known = this.#devices.get(deviceId)
    if (known) {
      known.isUsed = true
      return known
    }
    if (this.#devices.size >= this.#devicesMax) this.#makeRoom()
    const db = this.#db
    const made: DeviceState = {
      deviceId,
      idBytes: Buffer.from(deviceId, 'latin1'),
      projectId,
      services: new Map(
        listShadows(db, deviceId).map((shadow) => [shadow.serviceId, new ShadowState(shadow)]),
      ),
      isDeleted: isDeleted(db, deviceId),
      earlierUntil: findEarlier(db, deviceId),
      hasReported: hasReported(db, deviceId),
      hasRefusedValues: hasRefusedValues(db, deviceId),
      bound: undefined,
      isUsed: true,
      unsaved: 0,
    }
    this.#devices.set(deviceId, made)
    return made
  }

  /** Only if it is here. */
  peek(deviceId: DeviceId): DeviceState | undefined {
    return this.#devices.get(deviceId)
  }

  /** The shadow of a service, made when there is none yet: it is to be changed then. Undefined: the device has as many as it may have. */
  shadowOf(device: DeviceState, serviceId: string): ShadowState | undefined {
    const known = device.services.get(serviceId)
    if (known) return known
    if (device.services.size >= limits.shadowServicesMax) return undefined
    const made = new ShadowState(emptyShadow(serviceId))
    device.services.set(serviceId, made)
    return made
  }

  /** To be called before a shadow is changed. */
  willChange(device: DeviceState, shadow: ShadowState): void {
    const known = this.#unsaved.get(shadow)
    if (known?.round === this.#round) return
    // Of the round that is being written, and its turn has not come: it is written as it was then.
    if (known) this.#save(shadow, known)
    this.#unsaved.set(shadow, { device, round: this.#round })
    device.unsaved++
  }

  get unsaved(): number {
    return this.#unsaved.size
  }

  /** Ends a round: what has changed so far is due. The round before must be written. */
  endRound(): void {
    this.#due = [...this.#unsaved.keys()]
    this.#round++
  }

  /** Writes at most `most` of those that are due; true when none is left. */
  saveDue(most: number): boolean {
    for (let i = 0; i < most; i++) {
      const shadow = this.#due.pop()
      if (!shadow) return true
      const known = this.#unsaved.get(shadow)
      if (known && known.round < this.#round) this.#save(shadow, known)
    }
    return this.#due.length === 0
  }

  /** The device is deleted, or another one begins under its id: nothing of it is written any more. */
  forget(deviceId: DeviceId): void {
    const device = this.#devices.get(deviceId)
    if (!device) return
    for (const shadow of device.services.values()) this.#unsaved.delete(shadow)
    this.#devices.delete(deviceId)
    this.#byHash.delete(deviceHash(deviceId))
  }

  #save(shadow: ShadowState, { device }: Unsaved): void {
    saveShadow(this.#db, device.deviceId, shadow.toShadow())
    this.#unsaved.delete(shadow)
    device.unsaved--
  }

  /** The devices that were not looked at since the last time go; those with unsaved shadows stay. */
  #makeRoom(): void {
    this.#byHash.clear()
    for (const device of this.#devices.values()) {
      if (!device.isUsed && device.unsaved === 0) this.#devices.delete(device.deviceId)
      device.isUsed = false
    }
    if (this.#devices.size < this.#devicesMax) return
    for (const device of this.#devices.values())
      if (device.unsaved === 0) this.#devices.delete(device.deviceId)
  }
}
