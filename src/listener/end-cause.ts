import type { CloseCause } from '../session/session.ts'

/** Why a connection ended, kept with the device's OFFLINE: the session's reasons, and those of the socket. */
export type EndCause =
  | CloseCause
  /** The peer, or the network, ended it without DISCONNECT. */
  | 'connection-lost'
  /** Of a device that came through a bridge (device protocol §3.10). */
  | 'logged-out'
  | 'bridge-offline'
  /** It sent but did not read (safety R11). */
  | 'slow-reader'
