/**
 * Every bound of the product, in one place, each with its reason. A value here is the default; what an
 * operator may change is read from the configuration (`app/config.ts`) over these.
 */
export const limits = {
  /** Device protocol §1.3: outside, CONNACK 2 (v5 0x85). */
  keepAliveSecondsMin: 30,
  keepAliveSecondsMax: 1200,
  /** safety R9: before CONNECT was accepted nothing larger is read. */
  connectPacketBytesMax: 64 * 1024,
  /** safety R9: TLS handshake, and then the whole CONNECT, within this. */
  handshakeMillisMax: 10_000,
  connectMillisMax: 10_000,
  /** safety R10: 1 MB of payload and room for the header; above: v5 DISCONNECT 0x95. */
  packetBytesMax: 1024 * 1024 + 4096,
  /** Device protocol §3.3: a property report; above: dropped, v5 PUBACK 0x95. */
  reportBytesMax: 64 * 1024,
  /** Decoder's outer bounds (safety R10). */
  topicBytesMax: 1024,
  topicLevelsMax: 128,
  /** Device protocol §1.3: `$oc` topics; custom topics are at most 128 bytes with at most 7 separators. */
  systemTopicBytesMax: 512,
  customTopicBytesMax: 128,
  customTopicSeparatorsMax: 7,
  filtersPerPacketMax: 100,
  subscriptionsPerConnectionMax: 100,
  /** Receive Maximum announced to v5; 3.x senders above it are held by back-pressure (safety R10). */
  inflightMax: 100,
  /** Device protocol §1.4: the C SDK publishes by alias. */
  topicAliasMax: 32,
  /** safety R9: sockets per remote address (gateways behind one NAT are normal) and in all. */
  connectionsPerAddressMax: 10_000,
  connectionsMax: 100_000,
  /** Bytes waiting to be written to one device; then reading from it pauses, then it is cut (safety R11). */
  sendBufferBytesMax: 1024 * 1024,
  /** A disk fault: reading pauses, and after this the connection closes (design §3.1). */
  storeFaultMillisMax: 10_000,
  /** safety S11: nesting of a payload, properties of one report. */
  jsonDepthMax: 32,
  reportPropertiesMax: 500,
  /** safety X7, guide S7. */
  caCertificatesMax: 100,
  /** A chain a device presents: longer ones are a waste of signature checks. */
  chainCertificatesMax: 8,
  /** Northbound §2.1. */
  httpBodyBytesMax: 1024 * 1024,
  /** Northbound §3.1. */
  pageLimitMax: 50,
  pageLimitDefault: 10,
  /** Ours (contracts §1): history, connections. */
  ownPageLimitMax: 1000,
  ownPageLimitDefault: 100,
  historyBucketsMax: 2000,
  /** Northbound §3.5. */
  servicesPerProductMax: 500,
  modelBytesMax: 500 * 1024,
  gatewayLevelsMax: 2,
  /** Northbound §1.1: clock window of a signed request. */
  signatureSkewMillisMax: 15 * 60_000,
  /** Life of an X-Auth-Token, as with IAM. */
  tokenLifeMillis: 24 * 3_600_000,
  /** Device protocol §2.3: signed hour against ours. */
  signedHourBehindMax: 1,
  signedHourAheadMax: 4,
  /** safety R4: a redelivery (DUP=1) of an equal payload within this takes the first receive time. */
  redeliveryMillisMax: 10 * 60_000,
  /** Refused connections written to the log per second and thread; the rest is counted only (a storm must not fill the disk). */
  refusedVerdictsPerSecondMax: 100,
  /** Back-off: after this many refused CONNECTs of an address within a minute, the next ones are answered slowly. */
  refusedPerAddressPerMinuteMax: 60,
  /** Entries accepted but not yet flushed, over all threads; above it reading from devices pauses. */
  logQueueEntriesMax: 20_000,
  /** Server-sent event streams open at a time. */
  eventStreamsMax: 100,
  /** safety R7. */
  shutdownMillisMax: 10_000,
} as const

export type Limits = { readonly [K in keyof typeof limits]: number }
