/** Ports that are in use, whatever was asked for. */
export interface Ports {
  readonly http: number
  readonly https: number
  readonly mqtt: number
  readonly mqtts: number
}
