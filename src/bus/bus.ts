import type { DeviceId, ProjectId } from '../base/ids.ts'

/**
 * A notice: "look again", never the truth itself (that is in the store). It may be lost or doubled without
 * harm to correctness of what is stored; connections are cut by it.
 */
export type Notice =
  /** Deleted, frozen, new secret or fingerprint. `cut`: why its connection must end; absent: it may stay. */
  | { readonly kind: 'device-changed'; readonly deviceId: DeviceId; readonly cut?: CutCause }
  /** A CA certificate was verified, changed or deleted; `removed`: connections that rest on it end. */
  | { readonly kind: 'trust-changed'; readonly projectId: ProjectId; readonly removed?: string }
  /** The model of this product (row key) changed. */
  | { readonly kind: 'model-changed'; readonly productKey: string }
  /** What policies say, or what they are bound to, has changed: connections that stand are held to it. */
  | { readonly kind: 'policies-changed'; readonly projectId: ProjectId }

export type CutCause = 'frozen' | 'deleted' | 'credentials-reset'

export interface Bus {
  /** Resolves when every subscriber has handled the notice, or after a second: a slow one is not waited for. */
  publish(notice: Notice): Promise<void>
  /** Returns the function that ends the subscription. */
  subscribe(handle: (notice: Notice) => Promise<void> | void): () => void
}
