import { type Limits, limits } from '../base/limits.ts'
import type { Config } from './config.ts'

/** Every bound as this platform holds to it: those of `base/limits.ts`, with what an operator has set. */
export function configuredLimits(config: Config): Limits {
  const { receiveMaximum, topicAliasMaximum } = config
  return {
    ...limits,
    connectionsMax: config.connectionsMax,
    connectionsPerAddressMax: config.connectionsPerAddressMax,
    connectsPerSecondMax: config.connectsPerSecondMax,
    messagesPerSecondMax: config.messagesPerSecondMax,
    bytesPerSecondMax: config.bytesPerSecondMax,
    keepAliveSecondsMin: config.keepAliveSecondsMin,
    keepAliveSecondsMax: config.keepAliveSecondsMax,
    subscriptionsPerConnectionMax: config.subscriptionsPerConnectionMax,
    selfRegisteredDevicesMax: config.selfRegisteredDevicesMax,
    packetBytesMax: config.packetBytesMax,
    inflightMax: receiveMaximum,
    topicAliasMax: topicAliasMaximum,
  }
}
