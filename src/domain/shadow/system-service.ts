/**
 * Services of the SDKs, in no model, of which something can be desired: edge rules and security detection (device
 * protocol §3.8.11, §3.8.12). A device may report any other that starts with `$`, too.
 */
export const desiredSystemServices: ReadonlySet<string> = new Set([
  '$device_rule',
  '$security_detection_config',
])
