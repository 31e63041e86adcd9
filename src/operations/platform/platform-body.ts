import Type, { type Static } from 'typebox'
import { formatIso } from '../../base/instant.ts'
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
}

/** With credentials all members are there, without only the public ones. */
export const PlatformBody = Type.Object({
  ...PublicPlatformBody.properties,
  project_id: Type.Optional(access.project_id),
  public_host: Type.Optional(access.public_host),
  addresses: Type.Optional(access.addresses),
  region: Type.Optional(access.region),
  ca: Type.Optional(access.ca),
})

export const publicPlatformBody = ({
  name,
  version,
  listeners,
}: PlatformFacts): Static<typeof PublicPlatformBody> => ({
  name,
  version,
  listeners: listeners.map((listener) => ({ name: listener.name, port: listener.port })),
})

export const platformBody = (facts: PlatformFacts, projectId: string): Static<typeof PlatformBody> => ({
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
})
