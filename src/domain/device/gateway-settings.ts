/** How the platform treats gateways, for all projects. */
export interface GatewaySettings {
  /** Children go OFFLINE with their gateway; else they keep the status that it said last (device protocol §2.10). */
  readonly childrenFollow: boolean
}
