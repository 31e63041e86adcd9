const unexpected = (): never => {
  throw new Error('this test did not expect to be asked for it')
}

const outside = {
  notices: {
    pushLogSwitch: unexpected,
    pushConfigTask: unexpected,
    pushMoved: unexpected,
    wasTold: unexpected,
    askVersion: unexpected,
    pushDue: unexpected,
  },
  files: {
    uploadAddress: unexpected,
    downloadAddress: unexpected,
    recordUpload: unexpected,
    remove: unexpected,
  },
}

/** What lies beyond the handlers of device requests and a test of them need not have: asking for it fails the test. */
export const unaskedByDevices = {
  provisioningOf: () => Promise.resolve(undefined),
  accessAddress: () => 'localhost:8883',
  ...outside,
  dispatch: {
    messages: { create: unexpected, withdraw: unexpected, connected: unexpected, expired: unexpected },
    asyncCommands: { create: unexpected, connected: unexpected, answered: unexpected, expired: unexpected },
  },
  desired: {
    push: unexpected,
    connected: unexpected,
    answered: unexpected,
    idle: unexpected,
    close: unexpected,
  },
  readShadow: unexpected,
  readStatuses: unexpected,
  children: {
    add: unexpected,
    delete: unexpected,
    say: unexpected,
    notices: { changed: unexpected, replay: unexpected, mayRenumber: unexpected, hold: unexpected },
  },
}

/** What lies beyond the operations and a test of them need not have: asking for it fails the test. */
export const unasked = {
  ...outside,
  childrenChanged: () => undefined,
  childMoved: unexpected,
  followGateways: unexpected,
  sendEvent: unexpected,
  changeShadow: unexpected,
  pushDesired: unexpected,
  readBridged: unexpected,
  readConnected: unexpected,
  readHistory: unexpected,
  readBuckets: unexpected,
  readConnections: unexpected,
  readConnection: unexpected,
  readPresented: unexpected,
  countByAnchor: unexpected,
  readLatest: unexpected,
  readDeviceEntries: unexpected,
  readDeviceLogs: unexpected,
  readTotals: unexpected,
  readStatistics: unexpected,
  readFirsts: unexpected,
  readUsage: unexpected,
  applyRetention: unexpected,
  followEntries: unexpected,
  explainConnection: unexpected,
  explainReport: unexpected,
  tryTemplate: unexpected,
  explainTopic: unexpected,
  platform: unexpected,
  listTopics: unexpected,
}
