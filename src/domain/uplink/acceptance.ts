/**
 * What the sender of an uplink is told once it is durable (design §3.1). MQTT 3.x has no other way than a plain
 * PUBACK; `reasonCode`, `reasonString` and `userProperties` are for the PUBACK of MQTT 5.0 (§3.4.2).
 */
export interface Acceptance {
  /** 0x00 something was stored, 0x95 too large, 0x99 nothing was stored. */
  readonly reasonCode: 0x00 | 0x95 | 0x99
  /** English, at most 256 characters, no control characters; only when something was refused. */
  readonly reasonString?: string
  /** `verdict`: the code of the verdict, for reports. */
  readonly userProperties?: readonly (readonly [string, string])[]
}
