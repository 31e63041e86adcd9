/** How often something goes wrong on purpose: shares of reports, 0 to 1. */
export interface Chaos {
  /** The connection is cut right after the report. */
  readonly drops: number
  /** The device ends its connection in good order after the report, and comes back. */
  readonly reconnect: number
  /** The report is one that must be refused. */
  readonly bad: number
  /** The report's time is that of a wrong clock. */
  readonly clock: number
}

export const noChaos: Chaos = { drops: 0, reconnect: 0, bad: 0, clock: 0 }
