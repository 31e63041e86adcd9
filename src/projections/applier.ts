import type { DeviceId, Position, ProjectId } from '../base/ids.ts'
import type { Instant } from '../base/instant.ts'
import { type Limits, limits } from '../base/limits.ts'
import { readStored } from '../codec/payload/stored-report.ts'
import type { ShadowOutcome } from '../domain/shadow/desired-change.ts'
import type { Shadow } from '../domain/shadow/shadow.ts'
import type { RecordStretch } from '../log/log.ts'
import { RecordCursor } from '../log/record.ts'
import { pruneChanges } from '../store/projections/changes.ts'
import type { HistoryStore } from '../store/history/history-store.ts'
import { findProgress, type ProjectionsFile, saveProgress } from '../store/projections/projections-file.ts'
import { listShadows } from '../store/projections/shadows.ts'
import { applyEntry } from './apply-entry.ts'
import { applyStoredReport } from './apply-report.ts'
import type { Applying } from './applying.ts'
import { createBatchCounts } from './batch-counts.ts'
import { type DeviceState, DeviceStates } from './device-states.ts'
import { ReportPlans } from './report-plans.ts'

/** What history holds, in files or in memory: it outlives what is thrown away after a fault. */
export interface HistoryFeed {
  readonly history: HistoryStore
  /** Of the last entry that was added. */
  position: Position
  /** Of the log, added since the last fold began. */
  bytes: number
}

/** Whom the applier tells of shadows. */
export interface ShadowEvents {
  outcome(changeId: string, outcome: ShadowOutcome): void
  /** A report of this device does not show what is desired of it; told at most once in `limits.desiredPushMillis`. */
  differs(deviceId: DeviceId, projectId: ProjectId): void
}

/** Applies the log to the file and to what is kept in memory over it. After a fault it is thrown away, and a new one begins where the file stands. */
export class Applier implements Applying {
  readonly db: ProjectionsFile
  readonly history: HistoryStore
  readonly states: DeviceStates
  readonly plans = new ReportPlans()
  counts = createBatchCounts()
  isNewToTables = true
  isNewToShadows = true
  isNewToHistory = true
  readonly #changeMemoryMillis: number
  readonly #record = new RecordCursor()
  /** What the file holds, with what is not committed. */
  #tables: Position
  #shadows: Position
  #position: Position

  readonly #fed: HistoryFeed
  readonly #events: ShadowEvents

  constructor(
    db: ProjectionsFile,
    fed: HistoryFeed,
    events: ShadowEvents,
    bounds: Pick<Limits, 'shadowDevicesMax' | 'changeMemoryMillis'>,
  ) {
    this.db = db
    this.#fed = fed
    this.#events = events
    this.history = fed.history
    this.#changeMemoryMillis = bounds.changeMemoryMillis
    this.states = new DeviceStates(db, bounds.shadowDevicesMax)
    const { tables, shadows } = findProgress(db)
    this.#tables = tables
    this.#shadows = shadows
    this.#position = Math.min(tables, shadows, fed.position) as Position
  }

  /** Of the last entry that was applied. */
  get position(): Position {
    return this.#position
  }

  /** Shadows that are not in the file as they are. */
  get unsaved(): number {
    return this.states.unsaved
  }

  /** Gives how many verdicts on connections came. */
  apply({ first, count, bytes }: RecordStretch): { readonly connections: number } {
    const record = this.#record
    this.counts = createBatchCounts()
    let at = 0
    let connections = 0
    let configuredAt: Instant | undefined
    for (let i = 0; i < count; i++) {
      const position = (first + i) as Position
      record.move(bytes, at)
      at += record.size
      if (position <= this.#position) continue
      this.isNewToTables = position > this.#tables
      this.isNewToShadows = position > this.#shadows
      this.isNewToHistory = position > this.#fed.position
      if (record.isStoredReport) applyStoredReport(this, record, position)
      else {
        const { kind } = record
        if (kind === 'connection') connections++
        if (kind === 'config') configuredAt = record.at
        if (kind === 'report' || kind === 'status' || kind === 'connection' || kind === 'config')
          applyEntry(this, record.entry(position, readStored), record)
      }
      if (this.isNewToHistory) this.#fed.position = position
    }
    this.#fed.bytes += bytes.length
    this.counts.save(this.db)
    if (configuredAt !== undefined) pruneChanges(this.db, configuredAt - this.#changeMemoryMillis)
    const last = (first + count - 1) as Position
    this.#position = Math.max(this.#position, last) as Position
    this.#fed.position = Math.max(this.#fed.position, last) as Position
    this.#tables = Math.max(this.#tables, this.#position) as Position
    return { connections }
  }

  noteOutcome(changeId: string, outcome: ShadowOutcome): void {
    this.#events.outcome(changeId, outcome)
  }

  noteReported(device: DeviceState, at: Instant): void {
    const { toldAt } = device
    // By either sign: our clock may have been stepped back.
    if (toldAt !== undefined && Math.abs(at - toldAt) < limits.desiredPushMillis) return
    this.states.settle(device)
    for (const shadow of device.services.values())
      if (shadow.isDiffering()) {
        device.toldAt = at
        return this.#events.differs(device.deviceId, device.projectId)
      }
  }

  /** In the order of their service ids. */
  listShadows(deviceId: DeviceId): readonly Shadow[] {
    const device = this.states.peek(deviceId)
    if (!device) return listShadows(this.db, deviceId)
    return [...device.services.values()]
      .map((state) => state.toShadow())
      .toSorted((a, b) => (a.serviceId < b.serviceId ? -1 : 1))
  }

  endRound(): void {
    this.states.endRound()
  }

  saveDue(most: number): boolean {
    return this.states.saveDue(most)
  }

  /** All shadows stand in the file as they were at `position`, or later entries are applied to them again. */
  saved(position: Position): void {
    this.#shadows = position
  }

  saveProgress(): void {
    saveProgress(this.db, { tables: this.#tables, shadows: this.#shadows })
  }
}
