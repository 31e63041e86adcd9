import { createHistogram, type Histogram } from './histogram.ts'

/** What became of a simulated fleet so far. Devices write it, the screen reads it. */
export interface Statistics {
  readonly devices: number
  connected: number
  /** Devices whose first attempt to connect came to an end, good or bad. */
  tried: number
  /** Devices that were let in at least once. */
  everConnected: number
  /** PUBLISH packets of reports; one that is sent again counts once. */
  reports: number
  acknowledged: number
  /** Reports that were due while a device had too many unacknowledged ones. */
  heldBack: number
  /** Sent on purpose: reports that must be refused, and reports with a wrong time. */
  sentBad: number
  sentWrongClock: number
  /** Acknowledged with nothing of them stored, as MQTT 5.0 says. */
  refused: number
  /** Refused although nothing was wrong with them on purpose. */
  refusedUnexpectedly: number
  /** Connections after the first of a device. */
  reconnects: number
  /** Connections that chaos cut, and ended in good order. */
  dropped: number
  ended: number
  /** Connections that ended otherwise, by why. */
  readonly losses: Map<string, number>
  /** CONNACKs that let nobody in, by code. */
  readonly refusedConnects: Map<number, number>
  /** By verdict: how often, and what the platform said of one. */
  readonly verdicts: Map<string, { count: number; sentence: string }>
  /** Packets from the platform that a device has no answer for yet. */
  downlinks: number
  /** Milliseconds from PUBLISH to PUBACK: of the whole run, and since the screen last looked. */
  readonly latency: Histogram
  readonly lately: Histogram
}

export function createStatistics(devices: number): Statistics {
  return {
    devices,
    connected: 0,
    tried: 0,
    everConnected: 0,
    reports: 0,
    acknowledged: 0,
    heldBack: 0,
    sentBad: 0,
    sentWrongClock: 0,
    refused: 0,
    refusedUnexpectedly: 0,
    reconnects: 0,
    dropped: 0,
    ended: 0,
    losses: new Map(),
    refusedConnects: new Map(),
    verdicts: new Map(),
    downlinks: 0,
    latency: createHistogram(),
    lately: createHistogram(),
  }
}

/** Counts one more; `most` bounds how many different keys are told apart. */
export function countOne<K>(counts: Map<K, number>, key: K, other: K, most = 50): void {
  const known = counts.has(key) || counts.size < most ? key : other
  counts.set(known, (counts.get(known) ?? 0) + 1)
}
