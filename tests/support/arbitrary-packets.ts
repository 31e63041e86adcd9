import fc from 'fast-check'
import type { Packet, Properties, ProtocolLevel } from '../../src/codec/mqtt/packets.ts'
import type { PropertyPlace } from '../../src/codec/mqtt/properties.ts'

/** Any packet that may be sent at a level, for property tests: what is encoded must be decoded to itself. */

const text = fc
  .oneof(
    fc.string({ maxLength: 40 }),
    fc.string({ unit: 'grapheme', maxLength: 20 }),
    fc.constant('x'.repeat(300)),
  )
  .map((raw) => raw.replaceAll('\0', ''))
  .filter((raw) => raw.isWellFormed())
const bytes = fc.uint8Array({ maxLength: 300 }).map((raw) => Uint8Array.from(raw))
const word = text.map((raw) => raw.replace(/[+#]/g, '-').slice(0, 100)).filter((raw) => raw.isWellFormed())
export const arbitraryTopic = fc
  .array(word, { minLength: 1, maxLength: 5 })
  .map((levels) => levels.join('/') || 't')
const filter = fc.oneof(
  arbitraryTopic.filter((topic) => !topic.startsWith('$share')),
  arbitraryTopic.filter((topic) => !topic.startsWith('$share')).map((topic) => `${topic}/+/#`),
  fc.constantFrom('#', '+', '+/+', '/#', '$oc/devices/d/sys/commands/#'),
)
const packetId = fc.integer({ min: 1, max: 65_535 })
const qos = fc.constantFrom(0 as const, 1 as const, 2 as const)
const bit = fc.constantFrom(0 as const, 1 as const)
const uint32 = fc.integer({ min: 0, max: 0xffff_ffff })
const uint16 = fc.integer({ min: 0, max: 0xffff })
const positive = fc.integer({ min: 1, max: 0xffff })
const pairs = fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 4 })

const common = { reasonString: text, userProperties: pairs }
const message = {
  payloadFormatIndicator: bit,
  messageExpiryInterval: uint32,
  contentType: text,
  responseTopic: arbitraryTopic,
  correlationData: bytes,
  userProperties: pairs,
}
const places: {
  readonly [P in PropertyPlace]: { readonly [N in keyof Properties]: fc.Arbitrary<Properties[N]> }
} = {
  connect: {
    sessionExpiryInterval: uint32,
    receiveMaximum: positive,
    maximumPacketSize: fc.integer({ min: 1, max: 0xffff_ffff }),
    topicAliasMaximum: uint16,
    requestResponseInformation: bit,
    requestProblemInformation: bit,
    userProperties: pairs,
    authenticationMethod: text,
  },
  will: { ...message, willDelayInterval: uint32 },
  connack: {
    ...common,
    sessionExpiryInterval: uint32,
    assignedClientIdentifier: text,
    serverKeepAlive: uint16,
    responseInformation: text,
    serverReference: text,
    receiveMaximum: positive,
    topicAliasMaximum: uint16,
    maximumQos: bit,
    retainAvailable: bit,
    maximumPacketSize: fc.integer({ min: 1, max: 0xffff_ffff }),
    wildcardSubscriptionAvailable: bit,
    subscriptionIdentifierAvailable: bit,
    sharedSubscriptionAvailable: bit,
    authenticationMethod: text,
  },
  publish: { ...message, topicAlias: positive },
  puback: common,
  pubrec: common,
  pubrel: common,
  pubcomp: common,
  subscribe: {
    userProperties: pairs,
    subscriptionIdentifiers: fc.integer({ min: 1, max: 268_435_455 }).map((id) => [id]),
  },
  suback: common,
  unsubscribe: { userProperties: pairs },
  unsuback: common,
  disconnect: { ...common, serverReference: text },
  auth: { ...common, authenticationMethod: text },
}

/** A packet's properties at level 5, absent at others and when none was drawn. */
function withProperties(
  level: ProtocolLevel,
  place: PropertyPlace,
): fc.Arbitrary<{ properties?: Properties }> {
  if (level < 5) return fc.constant({})
  return (fc.record(places[place], { requiredKeys: [] }) as fc.Arbitrary<Properties>).map((properties) =>
    Object.keys(properties).length === 0 ? {} : { properties },
  )
}

const join = <A extends object, B extends object>(
  a: fc.Arbitrary<A>,
  b: fc.Arbitrary<B>,
): fc.Arbitrary<A & B> => fc.tuple(a, b).map(([one, other]) => ({ ...one, ...other }))

function connect(level: ProtocolLevel): fc.Arbitrary<Packet> {
  const will = join(
    fc.record({ topic: arbitraryTopic, payload: bytes, qos, retain: fc.boolean() }),
    withProperties(level, 'will'),
  )
  const credentials = fc.oneof(
    fc.constant({}),
    fc.record({ username: text }),
    fc.record({ username: text, password: bytes }),
    ...(level === 5 ? [fc.record({ password: bytes })] : []),
  )
  return join(
    join(
      fc.record({
        type: fc.constant('connect' as const),
        protocolLevel: fc.constant(level),
        clientId: text,
        cleanStart: fc.boolean(),
        keepAliveSeconds: uint16,
      }),
      credentials,
    ),
    join(fc.oneof(fc.constant({}), fc.record({ will })), withProperties(level, 'connect')),
  )
}

function publish(level: ProtocolLevel): fc.Arbitrary<Packet> {
  return join(
    fc.record({
      type: fc.constant('publish' as const),
      topic: arbitraryTopic,
      payload: bytes,
      qos,
      retain: fc.boolean(),
      dup: fc.boolean(),
      packetId,
    }),
    withProperties(level, 'publish'),
  ).map(({ packetId: id, dup, ...rest }) =>
    rest.qos === 0 ? { ...rest, dup: false } : { ...rest, dup, packetId: id },
  )
}

function ack(level: ProtocolLevel, type: 'puback' | 'pubrec' | 'pubrel' | 'pubcomp'): fc.Arbitrary<Packet> {
  const codes = type === 'puback' || type === 'pubrec' ? [0, 0x10, 0x80, 0x87, 0x90, 0x99] : [0, 0x92]
  const code = level === 5 ? fc.constantFrom(...codes) : fc.constant(0)
  return join(fc.record({ type: fc.constant(type), packetId, code }), withProperties(level, type))
}

function subscribe(level: ProtocolLevel): fc.Arbitrary<Packet> {
  const off = fc.constant(false)
  const one = fc.record({
    filter,
    qos,
    noLocal: level === 5 ? fc.boolean() : off,
    retainAsPublished: level === 5 ? fc.boolean() : off,
    retainHandling: level === 5 ? qos : fc.constant(0 as const),
  })
  return join(
    fc.record({
      type: fc.constant('subscribe' as const),
      packetId,
      filters: fc.array(one, { minLength: 1, maxLength: 5 }),
    }),
    withProperties(level, 'subscribe'),
  )
}

/** Packets a client sends. CONNECT is drawn apart: it comes first and once. */
export const arbitraryConnect = connect
export function arbitraryClientPacket(level: ProtocolLevel): fc.Arbitrary<Packet> {
  const codes = level === 5 ? fc.constantFrom(0, 0x04, 0x80, 0x82, 0x95) : fc.constant(0)
  return fc.oneof(
    publish(level),
    ack(level, 'puback'),
    ack(level, 'pubrec'),
    ack(level, 'pubrel'),
    ack(level, 'pubcomp'),
    subscribe(level),
    join(
      fc.record({
        type: fc.constant('unsubscribe' as const),
        packetId,
        filters: fc.array(filter, { minLength: 1, maxLength: 5 }),
      }),
      withProperties(level, 'unsubscribe'),
    ),
    fc.constant({ type: 'pingreq' as const }),
    join(
      fc.record({ type: fc.constant('disconnect' as const), code: codes }),
      withProperties(level, 'disconnect'),
    ),
    ...(level === 5
      ? [
          join(
            fc.record({ type: fc.constant('auth' as const), code: fc.constantFrom(0x18, 0x19) }),
            withProperties(level, 'auth'),
          ),
        ]
      : []),
  )
}

/** Packets a server sends. */
export function arbitraryServerPacket(level: ProtocolLevel): fc.Arbitrary<Packet> {
  const five = level === 5
  const refused = five ? fc.constantFrom(0x80, 0x84, 0x86, 0x9f) : fc.integer({ min: 1, max: 5 })
  const connack = fc.oneof(
    fc.record({
      type: fc.constant('connack' as const),
      sessionPresent: level > 3 ? fc.boolean() : fc.constant(false),
      code: fc.constant(0),
    }),
    fc.record({ type: fc.constant('connack' as const), sessionPresent: fc.constant(false), code: refused }),
  )
  const codes = (values: readonly number[]) =>
    fc.array(fc.constantFrom(...values), { minLength: 1, maxLength: 6 })
  return fc.oneof(
    join(connack, withProperties(level, 'connack')),
    publish(level),
    ack(level, 'puback'),
    ack(level, 'pubrel'),
    join(
      fc.record({
        type: fc.constant('suback' as const),
        packetId,
        codes: codes(five ? [0, 1, 2, 0x80, 0x87, 0x97] : [0, 1, 2, 0x80]),
      }),
      withProperties(level, 'suback'),
    ),
    join(
      fc.record({
        type: fc.constant('unsuback' as const),
        packetId,
        codes: five ? codes([0, 0x11, 0x87]) : fc.constant([]),
      }),
      withProperties(level, 'unsuback'),
    ),
    fc.constant({ type: 'pingresp' as const }),
    ...(five
      ? [
          join(
            fc.record({
              type: fc.constant('disconnect' as const),
              code: fc.constantFrom(0, 0x8b, 0x8e, 0x9b),
            }),
            withProperties(level, 'disconnect'),
          ),
          join(
            fc.record({ type: fc.constant('auth' as const), code: fc.constantFrom(0, 0x18) }),
            withProperties(level, 'auth'),
          ),
        ]
      : []),
  )
}
