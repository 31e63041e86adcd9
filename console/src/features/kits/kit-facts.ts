/** Files beside the folders of the clients, under the names of the guide (S107, S108) and of what the platform serves. */
export const caFile = 'platform-ca.pem'
export const reportFile = 'report.json'
export const certificateFile = 'deviceCert.pem'
export const keyFile = 'deviceCert.key'

/** All that a client must be told to report as one device. */
export interface KitFacts {
  /** The platform's, for devices. */
  readonly host: string
  /** Of MQTT over TLS. */
  readonly port: number
  /** PEM. */
  readonly platformCa: string
  readonly deviceId: string
  readonly clientId: string
  /** Absent for X.509 (guide S104); a placeholder as long as the secret is not revealed. */
  readonly login: { readonly secret: string; readonly password: string } | undefined
  readonly topic: string
  /** What to send, as JSON. */
  readonly report: object
  /** Whole path of the folder that the kit is unzipped into, where it is known. */
  readonly folder?: string
}

export interface KitFile {
  /** Below the folder of the kit. */
  readonly path: string
  readonly text: string
}

/** What one client needs. */
export interface ClientKit {
  readonly files: readonly KitFile[]
  /** For a shell, in the folder of the kit; absent where the client has none. */
  readonly install?: string
  readonly run?: string
}
