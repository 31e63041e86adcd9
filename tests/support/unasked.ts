const unexpected = (): never => {
  throw new Error('this test did not expect the operation to ask for it')
}

/** What lies beyond the operations and a test of them need not have: asking for it fails the test. */
export const unasked = {
  readConnected: unexpected,
  readHistory: unexpected,
  readBuckets: unexpected,
  readConnections: unexpected,
  readEntries: unexpected,
  followEntries: unexpected,
  explainConnection: unexpected,
  explainReport: unexpected,
  platform: unexpected,
}
