import Type, { type Static } from 'typebox'
import { formatIso } from '../../base/instant.ts'
import type { Limits } from '../../base/limits.ts'
import { milliTime } from '../fields/fields.ts'
import type { PlatformFacts } from '../operation.ts'

/** What anyone may know. */
export const PublicPlatformBody = Type.Object({
  name: Type.String(),
  version: Type.String(),
  listeners: Type.Array(Type.Object({ name: Type.String(), port: Type.Integer() })),
})

/** What devices and applications need to get in. */
const access = {
  project_id: Type.String(),
  public_host: Type.String({ description: 'The host name that devices and applications use.' }),
  addresses: Type.Array(Type.String()),
  region: Type.String(),
  ca: Type.Object({
    content: Type.String({ description: 'The CA certificate that devices must trust, as PEM.' }),
    subject: Type.String(),
    fingerprint: Type.String({ description: 'SHA-256 of its DER.' }),
    expires_at: Type.String(),
  }),
  server_certificates: Type.Array(
    Type.Object({
      subject: Type.String(),
      issuer: Type.String(),
      names: Type.Array(Type.String(), { description: 'Host names and addresses that it is good for.' }),
      key: Type.String({ description: 'Kind and size of its key.' }),
      fingerprint: Type.String({ description: 'SHA-256 of its DER.' }),
      expires_at: milliTime(),
    }),
    { description: 'What the TLS listeners show, one for each kind of key.' },
  ),
  started_at: milliTime(),
  limits: Type.Object({
    packet_bytes_max: Type.Integer({ description: 'An MQTT packet.' }),
    report_bytes_max: Type.Integer({ description: 'A property report.' }),
    report_properties_max: Type.Integer({ description: 'Properties of one report.' }),
    keep_alive_seconds_min: Type.Integer(),
    keep_alive_seconds_max: Type.Integer(),
    connections_max: Type.Integer({ description: 'Connections of devices.' }),
    connections_per_address_max: Type.Integer({ description: 'Connections of devices from one address.' }),
    ca_certificates_max: Type.Integer({ description: 'Device CA certificates of a project.' }),
    spaces_max: Type.Integer({ description: 'Resource spaces of a project.' }),
    batch_devices_max: Type.Integer({ description: 'Devices of one batch.' }),
    request_bytes_max: Type.Integer({ description: 'The body of an API call.' }),
  }),
}

/** With credentials all members are there, without only the public ones. */
export const PlatformBody = Type.Object({
  ...PublicPlatformBody.properties,
  project_id: Type.Optional(access.project_id),
  public_host: Type.Optional(access.public_host),
  addresses: Type.Optional(access.addresses),
  region: Type.Optional(access.region),
  ca: Type.Optional(access.ca),
  server_certificates: Type.Optional(access.server_certificates),
  started_at: Type.Optional(access.started_at),
  limits: Type.Optional(access.limits),
})

/** What anyone may know, signed in or not. */
export const publicPlatformBody = ({
  name,
  version,
  listeners,
}: PlatformFacts): Static<typeof PublicPlatformBody> => ({
  name,
  version,
  listeners: listeners.map((listener) => ({ name: listener.name, port: listener.port })),
})

/** What a user may know: the public part, and how the platform is set up. */
export const platformBody = (
  facts: PlatformFacts,
  limits: Limits,
  projectId: string,
): Static<typeof PlatformBody> => ({
  ...publicPlatformBody(facts),
  project_id: projectId,
  public_host: facts.publicHost,
  addresses: [...facts.addresses],
  region: facts.region,
  ca: {
    content: facts.ca.pem,
    subject: facts.ca.subject,
    fingerprint: facts.ca.sha256,
    expires_at: formatIso(facts.ca.expiresAt),
  },
  server_certificates: facts.serverCertificates.map(({ subject, issuer, names, key, sha256, expiresAt }) => ({
    subject,
    issuer,
    names: [...names],
    key,
    fingerprint: sha256,
    expires_at: formatIso(expiresAt),
  })),
  started_at: formatIso(facts.startedAt),
  limits: {
    packet_bytes_max: limits.packetBytesMax,
    report_bytes_max: limits.reportBytesMax,
    report_properties_max: limits.reportPropertiesMax,
    keep_alive_seconds_min: limits.keepAliveSecondsMin,
    keep_alive_seconds_max: limits.keepAliveSecondsMax,
    connections_max: limits.connectionsMax,
    connections_per_address_max: limits.connectionsPerAddressMax,
    ca_certificates_max: limits.caCertificatesMax,
    spaces_max: limits.spacesMax,
    batch_devices_max: limits.batchDevicesMax,
    request_bytes_max: limits.httpBodyBytesMax,
  },
})
