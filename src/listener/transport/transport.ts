import type { Buffer } from 'node:buffer'
import type { ConnectionAttempt, ListenerName } from '../../domain/verdict/verdict.ts'

/*
 * The border between bytes and MQTT. Above it (`connection.ts`) nobody knows sockets; below it nobody knows packets.
 * There is one implementation, over sockets of TCP and TLS (`socket-transport.ts`); one over WebSocket has the same to
 * offer, and so would one that reads and writes for all connections of a thread at once: that is why bytes that came in
 * are only lent, and bytes that go out are given away in one piece a turn.
 */

/** Who is at the other end, and by which port they came. */
export interface Peer {
  readonly listener: ListenerName
  /** `ip`, as limits count it. */
  readonly host: string
  /** `ip:port` */
  readonly address: string
  /** Of the connection: `{thread}-{number}`. */
  readonly name: string
}

/** The bytes of one connection, both ways. Whoever opened it owns it, and ends it with `end` or `destroy`. */
export interface Transport {
  /**
   * Begins to read and tells `user` what comes, at once what is there already. To be called once, in the turn in which
   * the transport was had.
   */
  open(user: TransportUser): void
  /** What was read already may still come after `pause`, but no more than one read held. */
  pause(): void
  resume(): void
  readonly isPaused: boolean
  /**
   * Sends bytes, which belong to the transport from now on; nothing happens unless it `isWritable`. Nothing is refused:
   * `isFull` and `unsentBytes` tell whether the peer takes what it gets (safety R11).
   */
  write(bytes: Uint8Array): void
  /** Neither ended nor gone. */
  readonly isWritable: boolean
  /** The peer should be given time to read before more is taken from it; `drained` tells the end of it. */
  readonly isFull: boolean
  readonly unsentBytes: number
  /** Gives back what only a connection at work needs. To be called every so often. */
  rest(): void
  /** Closes our side when everything written has left; what the peer still sends is told as ever. */
  end(): void
  /** Closes at once, without a word. */
  destroy(): void
  /** The peer was let in: it is no stranger any more. */
  admitted?(): void
  /** Resolves when everything written before `end` was handed to the system, or the transport is gone. */
  sent(): Promise<void>
  /** Undefined: not encrypted. */
  readonly tls: TlsSide | undefined
}

/** What a transport tells. None of these may throw. */
export interface TransportUser {
  /** The first `length` of these bytes, in the order in which they were sent. They are lent: with the return their memory is read into again. */
  received(bytes: Buffer, length: number): void
  /** It is not full any more. */
  drained(): void
  /** The peer has closed its side; `tls` may know no certificates after this. */
  ending(): void
  /** It is gone: the last that is told. */
  closed(): void
}

export interface TlsSide {
  /** What the handshake showed, for the verdict. At most one certificate more than `certificatesMax`. */
  facts(certificatesMax: number): NonNullable<ConnectionAttempt['tls']>
  /** DER of what the peer presented, leaf first; empty: nothing, or not known any more. */
  certificates(certificatesMax: number): readonly Uint8Array[]
}
