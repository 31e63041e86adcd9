/** What may wait for a device until it connects (device protocol §2.11), as bits of one number. */
export const dueBits = {
  messages: 1,
  asyncCommands: 2,
  desired: 4,
  /** Configuration, log switch, version query. */
  notices: 8,
} as const

export type DueBit = (typeof dueBits)[keyof typeof dueBits]
