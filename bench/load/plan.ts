/** A device of the load, as the fleet's file holds it. */
export interface FleetDevice {
  readonly deviceId: string
  readonly secret: string
  readonly certPem: string
  readonly keyPem: string
}

/** What one process of the generator does; all of it is plain data, sent when the process starts. */
export interface LoadPlan {
  readonly port: number
  readonly transport: 'plain' | 'mtls'
  /** JSON array of {@link FleetDevice}. */
  readonly fleetFile: string
  /** Its devices: `first`, `first + step`, … below `devices`. */
  readonly first: number
  readonly step: number
  readonly devices: number
  /** PEM of the CA that signed the server's certificate. */
  readonly serverCaPem: string
  /** Handshakes at a time. */
  readonly concurrency: number
  /** Every connection after a device's first offers the session of the one before. */
  readonly resume: boolean
  readonly inFlight: number
  /** Publishes a second of this process; absent: closed loop. */
  readonly perSecond?: number
  /** Bodies of the reports, of one length each; a connection sends them in turn. */
  readonly payloads: readonly string[]
}

/** What a process counted since it was asked last. */
export interface LoadCounts {
  readonly sent: number
  readonly acknowledged: number
  readonly connected: number
  readonly resumed: number
  /** Connections that are up. */
  readonly open: number
  /** Kinds of failures and how many. */
  readonly failures: Readonly<Record<string, number>>
  /** Buckets of PUBLISH to PUBACK, or of socket to CONNACK when nothing is published; microseconds. */
  readonly latency: [bucket: number, count: number][]
}

export type LoadCommand = 'open' | 'publish' | 'quiet' | 'churn' | 'take' | 'close'
