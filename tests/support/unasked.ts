const unexpected = (): never => {
  throw new Error('this test did not expect the operation to ask for it')
}

/** What lies beyond the operations and a test of them need not have: asking for it fails the test. */
export const unasked = {
  changeShadow: unexpected,
  pushDesired: unexpected,
  readConnected: unexpected,
  readHistory: unexpected,
  readBuckets: unexpected,
  readConnections: unexpected,
  readConnection: unexpected,
  readPresented: unexpected,
  countByAnchor: unexpected,
  readLatest: unexpected,
  readDeviceEntries: unexpected,
  readTotals: unexpected,
  readStatistics: unexpected,
  readFirsts: unexpected,
  readUsage: unexpected,
  applyRetention: unexpected,
  followEntries: unexpected,
  explainConnection: unexpected,
  explainReport: unexpected,
  explainTopic: unexpected,
  platform: unexpected,
  listTopics: unexpected,
}
