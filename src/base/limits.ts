/**
 * Every bound of the product, in one place, each with its reason. A value here is the default; what an
 * operator may change is read from the configuration (`app/config.ts`) over these.
 */
export const limits = {
  /** Device protocol §1.3: outside, CONNACK 2 (v5 0x85). */
  keepAliveSecondsMin: 30,
  keepAliveSecondsMax: 1200,
  /** safety R9: before CONNECT was accepted nothing larger is read. */
  connectPacketBytesMax: 64 * 1024,
  /** safety R9: TLS handshake, and then the whole CONNECT, within this. */
  handshakeMillisMax: 10_000,
  connectMillisMax: 10_000,
  /** TLS handshakes begun in one turn of a thread's event loop: at 0.5 ms for the first half of each, a storm of connects keeps nobody waiting for long (safety R12). */
  handshakesPerTurnMax: 8,
  /** TLS session tickets are sealed with new keys so often: who steals keys can take the place of those devices alone that had a ticket of that time, and two hours later none (decision 0011). */
  ticketKeysMillis: 12 * 3_600_000,
  /** safety R10: 1 MB of payload and room for the header; above: v5 DISCONNECT 0x95. */
  packetBytesMax: 1024 * 1024 + 4096,
  /** Device protocol §3.3: a property report; above: dropped, v5 PUBACK 0x95. */
  reportBytesMax: 64 * 1024,
  /** Decoder's outer bounds (safety R10). */
  topicBytesMax: 1024,
  topicLevelsMax: 128,
  /** Device protocol §1.3: `$oc` topics; custom topics are at most 128 bytes with at most 7 separators. */
  systemTopicBytesMax: 512,
  customTopicBytesMax: 128,
  customTopicSeparatorsMax: 7,
  /** Device protocol §3.11: policies of a project beside the one that each space starts with, JSON bytes and statements of one, resources of a statement, policies bound to one device, product or space. */
  policiesMax: 50,
  policyBytesMax: 10 * 1024,
  policyStatementsMax: 10,
  policyResourcesMax: 10,
  policiesPerTargetMax: 5,
  /** Targets of one call that binds or unbinds: one transaction, for which other writes wait. */
  policyTargetsPerCallMax: 500,
  /** Devices, products and spaces whose policies a listener thread remembers; nearly all of them have none, and a policy is kept once. */
  policyTargetsKnownMax: 20_000,
  filtersPerPacketMax: 100,
  /** MQTT 5: a megabyte of five-byte pairs would become two hundred thousand arrays. */
  userPropertiesPerPacketMax: 100,
  subscriptionsPerConnectionMax: 100,
  /** Device protocol §1.3, §6.1: what one connection may publish in a second, and new connections in a second over all threads; 0: as much as it likes. Off, since a platform of one's own sells no quota; 50, 1,048,576 and 100 are the figures there. */
  messagesPerSecondMax: 0,
  bytesPerSecondMax: 0,
  connectsPerSecondMax: 0,
  /** A connection that stays above one of them is told of at most so often: a flood must not fill the log. */
  quotaNoticeMillis: 60_000,
  /** Receive Maximum announced to v5; 3.x senders above it are held by back-pressure (safety R10). */
  inflightMax: 100,
  /** Bytes of uplinks under way, of one connection and of all of a thread: a hundred of a megabyte would be enough for one device to fill the memory (safety R11). */
  inflightBytesMax: 1024 * 1024,
  inflightBytesPerThreadMax: 64 * 1024 * 1024,
  /** What one connection may take in before the others of its thread get their turn (safety R12): at 5 µs a small packet and 1 ms for 64 kB of JSON, a hundred busy ones keep nobody waiting for long. */
  turnPacketsMax: 32,
  turnBytesMax: 64 * 1024,
  /** Device protocol §1.4: the C SDK publishes by alias. */
  topicAliasMax: 32,
  /** Publishes of QoS 1 to one device that it has not acknowledged, and those that wait behind them; more are refused (safety R11). */
  downlinksInflightMax: 100,
  downlinksWaitingMax: 200,
  /** Device protocol §1.5: no PUBACK within 2 s, sent again every 2 s, 3 times. */
  downlinkRepeatMillis: 2_000,
  downlinkRepeatsMax: 3,
  /** Commands in the form of the earlier platform that one connection may have unanswered; of more the oldest answer is not known any more. */
  legacyCommandsMax: 200,
  /** Device protocol §3.5, §3.8.0: how long a device may take to answer a command, a property set or a property get. */
  answerMillisMax: 20_000,
  /** API calls that wait for a device at a time. */
  waitingAnswersMax: 10_000,
  /** Requests of devices that are acted on, or wait for it, at a time; about 1 kB each and the payload. */
  deviceRequestsMax: 10_000,
  /** Device protocol §2.11: SDKs register their handlers around the connect call. */
  dueAfterConnectMillis: 150,
  /** MQTT over WebSocket: for browsers and shut networks, on the thread that serves HTTP; each may hold a message of `packetBytesMax` while it comes in. */
  webSocketsMax: 1000,
  /** Of these, not let in yet and of one address: who opens them and says nothing must not keep the others out. */
  webSocketsWaitingPerAddressMax: 100,
  /** Unsent bytes of a WebSocket from which on its peer is given time to read. */
  webSocketFullBytes: 64 * 1024,
  /** Device protocol §5.1: life of a device's token for HTTP, and of one that a newer one has replaced. */
  deviceTokenLifeMillis: 24 * 3_600_000,
  replacedDeviceTokenMillis: 30_000,
  /** Device protocol §5: children in one batch over HTTP. */
  httpBatchChildrenMax: 50,
  /** Device protocol §5.2: a device that came over HTTP is OFFLINE after so long without a word. */
  httpSilenceMillis: 25 * 3_600_000,
  /** Devices that are ONLINE because of HTTP; about 300 bytes each. */
  httpDevicesMax: 100_000,
  /** safety R9: sockets per remote address (gateways behind one NAT are normal) and in all. */
  connectionsPerAddressMax: 10_000,
  connectionsMax: 100_000,
  /** Bytes waiting to be written to one device; then reading from it pauses, then it is cut (safety R11). */
  sendBufferBytesMax: 1024 * 1024,
  /** A disk fault: reading pauses, and after this the connection closes (design §3.1). */
  storeFaultMillisMax: 10_000,
  /** Product models that a listener thread keeps compiled, at most 500 kB of JSON each; the least used goes first. */
  compiledModelsMax: 2000,
  /** safety S11: nesting of a payload, properties of one report. */
  jsonDepthMax: 32,
  reportPropertiesMax: 500,
  /** Devices that a listener thread has read and need not read again while the registry stays as it is; about 700 bytes each. */
  knownDevicesMax: 10_000,
  /** Device events (device protocol §3.8): entries of one payload that are looked at, and the length of an event id that comes back in the answer. */
  eventsPerUplinkMax: 100,
  eventIdLengthMax: 128,
  /** A version, SDK name or address that a device tells of itself. */
  factLengthMax: 256,
  /** A description in an event, which is shown to people; the rest is cut or refused. */
  eventTextLengthMax: 1024,
  /** Device protocol §3.8.7: one log report. */
  deviceLogLengthMax: 1024 * 1024,
  /** Pages of events that are looked at for one page of log reports, and bytes of the events of one page. */
  deviceLogPagesScannedMax: 20,
  deviceLogPageBytesMax: 4 * 1024 * 1024,
  /** Log switches and configurations that are sent when a gateway connects, to it and its children; the next connection takes the next ones. */
  noticesPerConnectMax: 200,
  /** Devices whose last connection is remembered, so that nothing is sent twice on it. */
  noticeConnectionsMax: 10_000,
  /** Device protocol §3.8.8: a configuration is sent again after a day, and lives 30 days at most. */
  configRepeatMillis: 24 * 3_600_000,
  configDaysMax: 30,
  /** As JSON: a quarter of what a device may be sent at all. */
  configBytesMax: 64 * 1024,
  /** Ended configurations of a device that are kept. */
  configTasksKept: 20,
  /** Configurations that are sent again or given up in one run of the job; the next run takes the next ones. */
  configTasksPerRunMax: 200,
  /** A log that is switched on ends after so long at most: one that is forgotten fills the disk. */
  logSwitchDaysMax: 30,
  /** Name of a device's file, its folders included: what object stores take as a key, less what stands before it. */
  fileNameLengthMax: 512,
  /** A signed address of a file: long enough for a slow network, short enough that one which got out soon is worth nothing. */
  fileAddressMillis: 3_600_000,
  /** One file of a device: a camera's hour, fifty times an OTA package of the reference (device protocol §6.1). */
  fileBytesMax: 1024 * 1024 * 1024,
  filesPerDeviceMax: 1000,
  /** All files of a project in the data folder. */
  fileBytesPerProjectMax: 20 * 1024 * 1024 * 1024,
  /** What files leave free on the disk: a day of log of a busy platform, since without space for it no report is acknowledged. */
  fileDiskReserveBytes: 1024 * 1024 * 1024,
  /** Uploads under way, in all and of one device. */
  uploadsMax: 100,
  uploadsPerDeviceMax: 4,
  /** Nothing of an upload for so long: it is cut … */
  uploadIdleMillisMax: 60_000,
  /** … and the longest one: a file of the largest size at 2.4 Mbit/s. */
  uploadMillisMax: 3_600_000,
  /** An upload that was refused is read on for so long, and dropped, so that its sender can read why. */
  refusedUploadMillisMax: 2_000,
  /** An answer of an S3-compatible storage to one of our own questions. */
  fileStorageMillisMax: 10_000,
  /** Northbound §3.5: bridges of a project. */
  bridgesMax: 20,
  /** Devices logged in through one connection of a bridge: some 600 bytes each, and as many statuses to write when it ends. */
  bridgeDevicesMax: 10_000,
  /** Logins and new secrets of one bridge on one thread: each costs an HMAC and a commit. A second's worth may come at once. */
  bridgeLoginsPerSecondMax: 200,
  /** Wrong credentials of one device by one bridge within a minute; then those of this device are not looked at until the minute is over. */
  bridgeGuessesPerMinuteMax: 10,
  /** Devices, by bridge, whose wrong credentials a thread remembers: each costs a login. */
  bridgeGuessedDevicesMax: 10_000,
  /** Logins, logouts and new secrets of one bridge that are under way; then reading from it pauses. */
  bridgeRequestsMax: 50,
  /** A login, logout or new secret: three short fields. */
  bridgeRequestBytesMax: 4096,
  /** safety X7, guide S7. */
  caCertificatesMax: 100,
  /** Northbound §3.5: templates of devices that register themselves. */
  provisioningTemplatesMax: 10,
  /** Registration groups of a project: one for each line of products, with some to spare. */
  registrationGroupsMax: 100,
  /** JSON of what a group tells its devices with their address: it goes out in one packet. */
  initConfigBytesMax: 16 * 1024,
  /** Devices that register themselves at the same moment, over all threads: each is a transaction of some 2 ms on the main thread. */
  enrolmentsMax: 200,
  /** Devices that one registration group, or one CA with self-registration, has registered and that are there: who came by its secret must not fill the registry. As many as a gateway may register. */
  selfRegisteredDevicesMax: 20_000,
  /** Leaves whose intermediates are kept for resumed sessions (design §3.3); about 2 kB each. */
  intermediatesMax: 100_000,
  /** A chain a device presents: longer ones are a waste of signature checks. */
  chainCertificatesMax: 8,
  /** Northbound §2.1. */
  httpBodyBytesMax: 1024 * 1024,
  /** Bodies under way, in all: nobody has been authenticated yet, and 5000 sockets of 1 MB would be 5 GB. */
  httpBodiesBytesMax: 64 * 1024 * 1024,
  /** Bodies up to this are read even then: 5000 of them are 80 MB. */
  httpSmallBodyBytesMax: 16 * 1024,
  /** HTTP: sockets in all, time for the headers, and for a whole request; slow senders must not hold them. */
  httpConnectionsMax: 5000,
  httpHeadersMillisMax: 10_000,
  httpRequestMillisMax: 60_000,
  /** Longer than the idle time of common proxies and SDK pools, so that they close first. */
  httpKeepAliveMillis: 75_000,
  /** Failed authentications of an address within a minute; above it 403 until the minute is over. */
  failedCallsPerMinuteMax: 60,
  /** Failed passwords of an address within a minute; above it none is checked until the minute is over. */
  failedLoginsPerMinuteMax: 10,
  /** Addresses whose failures are remembered; the longest quiet one is forgotten first. */
  throttledAddressesMax: 10_000,
  /** A comment on a quiet event stream, so that nothing in between takes it for dead (contracts §1). */
  eventStreamCommentMillis: 15_000,
  /** Then a stream ends, and its reader comes back with credentials that are looked at again. */
  eventStreamLifeMillis: 3_600_000,
  /** Devices that one event stream can be narrowed to. */
  eventStreamDevicesMax: 100,
  /** Northbound §3.1. */
  pageLimitMax: 50,
  pageLimitDefault: 10,
  /** Ours (contracts §1): history, connections. */
  ownPageLimitMax: 1000,
  ownPageLimitDefault: 100,
  /** Ours: lists with a count, by offset. An offset past a million passes over more devices than a platform holds. */
  ownListLimitMax: 200,
  ownListLimitDefault: 50,
  ownListOffsetMax: 1_000_000,
  /** Found of each kind by one search over all kinds: it is asked with every pause of typing. */
  searchHitsMax: 10,
  searchHitsDefault: 5,
  /** Devices of one batch: about 0.2 s in one transaction, for which other writes wait. */
  batchDevicesMax: 500,
  historyBucketsMax: 2000,
  /** Northbound §3.5. */
  servicesPerProductMax: 500,
  modelBytesMax: 500 * 1024,
  /** The reference does not page resource spaces, so their number is what bounds the list. */
  spacesMax: 1000,
  /** Northbound, AddDevice: JSON bytes of a device's extension info. */
  extensionInfoBytesMax: 1024,
  gatewayLevelsMax: 2,
  /** Device protocol §3.4: devices of one batch report of a gateway; more: nothing of it is taken. */
  gatewayReportChildrenMax: 100,
  /** All of it: as large as any message may be (device protocol §1.3). */
  gatewayReportBytesMax: 1024 * 1024,
  /** Device protocol §3.8.3: devices of one notice, of one request to add or delete, and of one update of statuses. */
  childNoticeDevicesMax: 10,
  /** A notice finds too much on its way to the gateway: it is tried so often, and then left until the gateway asks. */
  childNoticeTriesMax: 10,
  childNoticePauseMillis: 500,
  childRequestDevicesMax: 50,
  /** Of these in one transaction, at some 2 ms each; then others get their turn (safety R12). */
  childrenPerTransactionMax: 5,
  childStatusesMax: 100,
  /** A gateway whose version is none of its list gets all of it under new versions, at most once in so long: each child is a row to write (safety R12). */
  childRenumberMillis: 60_000,
  /** Gateways of which it is remembered when that was. */
  childListsRenumberedMax: 10_000,
  /** Deleted children of a gateway that it is told of when it asks for what has changed; behind that it gets the whole list. */
  childDeletionsKept: 1000,
  /** Versions of a gateway's list that are taken from it: the C SDK keeps them in 32 bits, signed. */
  childListVersionMax: 2_000_000_000,
  /** Children that a gateway may register by itself: one gone mad must not fill the registry. */
  ownChildrenMax: 20_000,
  /** Northbound §1.1: clock window of a signed request. */
  signatureSkewMillisMax: 15 * 60_000,
  /** Life of an X-Auth-Token, as with IAM. */
  tokenLifeMillis: 24 * 3_600_000,
  /** A console session ends after so long without a request … */
  sessionIdleMillisMax: 12 * 3_600_000,
  /** … and in any case after so long: then the password is asked for again. */
  sessionLifeMillisMax: 7 * 24 * 3_600_000,
  /** The end of a session is moved at most this often: a write in a minute, not one a request. */
  sessionRenewalMillis: 60_000,
  /** A user's oldest session ends when there are more: browsers that were thrown away leave some behind. */
  sessionsPerUserMax: 100,
  /** Access keys of a project: one for each application, with some to spare for rotation. */
  accessKeysMax: 100,
  /** Device protocol §2.3: signed hour against ours. */
  signedHourBehindMax: 1,
  signedHourAheadMax: 4,
  /** safety R4: a redelivery (DUP=1) of an equal payload within this takes the first receive time. */
  redeliveryMillisMax: 10 * 60_000,
  /** Refused connections written to the log per second and thread; the rest is counted only (a storm must not fill the disk). */
  refusedVerdictsPerSecondMax: 100,
  /** The same for denied publishes, one audit line each (safety S4). */
  deniedPublishesPerSecondMax: 100,
  /** Of either, of one address or device: a noisy one must not keep the others' out. */
  recordsPerSourceAndSecondMax: 20,
  /** Certificates that refused connections presented, written whole per second and thread, and of one address: the largest chain fits once; of the rest digests are kept. Anybody can make new ones without end, and they are ten times the verdict. */
  refusedCertificateBytesPerSecondMax: 128 * 1024,
  refusedCertificateBytesPerSourceAndSecondMax: 32 * 1024,
  /** Back-off: after this many refused CONNECTs of an address within a minute, the next ones are answered slowly. */
  refusedPerAddressPerMinuteMax: 60,
  /** Such an answer waits so long: above the 1 to 60 s that SDKs wait themselves it would only hold sockets (device protocol §1.6). */
  refusalDelayMillis: 3_000,
  /** Addresses whose refusals are counted; the oldest is forgotten first. */
  refusedAddressesMax: 10_000,
  /** A closed connection reads on and drops what comes, so that the peer can read our last packet; then it is destroyed. A device that takes over waits for it: the Python SDK has 1 s of patience. */
  lingerMillisMax: 500,
  /** How often a CONNECT is judged again because its device changed meanwhile. */
  reauthenticationsMax: 3,
  /** A listener thread hands reports on at most so often: 4 ms later is nothing to a device, and a commit that holds all of them costs what one of them would. */
  commitPauseMillis: 4,
  /** … or so, when that finds more than a few reports and not yet many: they are of a fleet that reports by the clock, not of devices of which each waits for its answer to go on, and a commit of twice as many costs the same. Beginnings and ends of connections always. */
  commitPauseMillisMax: 10,
  /** Beginnings and ends of connections that go to the store thread in one message. */
  presenceChangesMax: 1000,
  /** Few: whoever waits for these may be at a desk. */
  commitFewRecords: 8,
  /** Many: more would not make a report cheaper. */
  commitManyRecords: 64,
  /** … or as soon as so many bytes wait. */
  batchBytesMax: 1024 * 1024,
  /** Entries handed on and not yet flushed, over all threads; what is above it is refused. Threads hold their devices back long before: see `inflightBytesPerThreadMax`. */
  logQueueEntriesMax: 1_000_000,
  /** Entries of one commit: bounds what one flush writes, and so how long the store thread is busy (safety R12). */
  logBatchEntriesMax: 5000,
  /** Bytes of one commit, if one append is not more by itself: about 5 ms for a slow disk (safety R12). */
  logBatchBytesMax: 4 * 1024 * 1024,
  /** A file of the log. What retention deletes at a time, and what a start reads at most: 64 MB in about 0.1 s. */
  logSegmentBytesMax: 64 * 1024 * 1024,
  /** Zeros on disk ahead of the end of the log, so that a flush has no new blocks to account for; as much as was written since the start, at most this: seconds of full load. */
  logAheadBytes: 8 * 1024 * 1024,
  /** The last commits stay in memory for those who follow the log: some 10,000 reports. */
  logRecentBytes: 4 * 1024 * 1024,
  /** How much later than it was received a report comes into the log at most: it waits no longer than `storeFaultMillisMax` for a disk, the rest is for a machine that stands still. */
  logDelayMillisMax: 60_000,
  /** Entries of one read of the log: a page of a projection, a catch-up of a live stream. */
  logReadEntriesMax: 10_000,
  /** Rows looked at in one go by a read that may have to look at many; then others get their turn (safety R12). */
  scanRowsMax: 5000,
  /** Verdicts on connections that can be searched, refused ones and others each; about 2 kB a row. */
  connectionVerdictsMax: 100_000,
  /** Certificates that clients presented, the longest unseen one goes first: as many as there can be devices connected, and half as many issuers and strangers again; about 1 kB each. */
  presentedCertificatesMax: 150_000,
  /** Of one connection, from the leaf upwards; a chain of eight RSA certificates is 12 kB. */
  presentedBytesMax: 32 * 1024,
  /** A certificate is written to the log again when it comes after so long, or when a thread has seen as many others since. */
  presentedAgainMillis: 3_600_000,
  presentedKnownMax: 20_000,
  /** Properties of a device whose newest value was refused: as many as a report can hold, and as many again of an older model. The oldest go first. */
  refusedValuesMax: 1000,
  /** JSON of a refused value, and of the rule that refused it; what is larger stands in the log alone. */
  refusedValueBytesMax: 1024,
  /** Reports whose history is in memory alone, as bytes of it (two million values of reports with ten); then they are folded into files. Twice that more while they are: then applying the log waits for it. */
  historyOpenBytesMax: 32 * 1024 * 1024,
  /** The same, of one device's service: what is open is sorted whole by a read of it (safety R12). */
  historyOpenRowsOfOneMax: 32_768,
  /** The oldest report is in memory alone for so long … */
  historyOpenMillisMax: 10 * 60_000,
  /** … or until so much log came after it: what is not in files is applied again at a start, 600,000 small reports in 3 s. */
  historyLagBytesMax: 128 * 1024 * 1024,
  /** Of one chunk: it is encoded in 5 ms, decoded in 1 ms, and deflates as well as a larger one. */
  historyChunkRowsMax: 4096,
  historyChunkPointsMax: 16_384,
  /** So many chunks become one: with 16, a row of a device that reports seldom is written twice or three times more. */
  historyMergedChunks: 16,
  /** A slice of folding, merging or reading history; then others get their turn (safety R12). A chunk begun is finished, so it may be three times that, and a flush. */
  historySliceMillis: 5,
  /** Files of months kept open: a chart of a year opens none twice. About 300 kB each. */
  historyFilesOpenMax: 14,
  /** Days that history is kept unless somebody sets another number: this day a year ago can still be seen. */
  historyDaysDefault: 366,
  /** The same of the log, which says what a device did: long enough to look into what happened last month. */
  logDaysDefault: 30,
  /** Of either: ten years back is what history has months for. */
  retentionDaysMax: 3660,
  /** The least that history may be bounded to: below it a slip of the hand (bytes for megabytes) would leave only the current month. */
  historyBytesMin: 64 * 1024 * 1024,
  /** The same of the log: four of its files, and as much as history may lag behind it. */
  logBytesMin: 256 * 1024 * 1024,
  /** Rows of history that are looked at to find when the values of a shadow are from. */
  latestRowsMax: 200,
  /** Statistics are kept by the minute for a quarter of a year: 12 MB. */
  statisticsMillisMax: 92 * 24 * 3_600_000,
  statisticsBucketsMax: 1440,
  /** How often a stream of events tells of statistics. */
  statisticsStreamMillis: 2000,
  /** One page of a device's entries. */
  deviceEntriesMax: 200,
  deviceEntriesDefault: 50,
  /** Entries of a device that are looked at for one page, where few of them are of the kinds that are asked for. */
  deviceEntriesScannedMax: 100_000,
  /** How long projections remember a deleted device, and the outbox rows they have seen: what was on its way then has long arrived. */
  changeMemoryMillis: 24 * 3_600_000,
  /** Devices whose shadows are kept in memory, about 2 kB each; those that did not report of late go first. */
  shadowDevicesMax: 50_000,
  /** Services and keys of one shadow: 500 of each may stand in a model (device protocol §6.1), as many again may be system services or left over from an older model. */
  shadowServicesMax: 1000,
  shadowPropertiesMax: 1000,
  /** What is desired of a device and not reported is sent to it again, on its reports, at most once in so long (device protocol §4.4). */
  desiredPushMillis: 60_000,
  /** Devices to which desired values are under way, and those that wait for their turn. */
  desiredPushesMax: 256,
  desiredPushesWaitingMax: 50_000,
  /** Of so many devices it is known when desired values were sent to them, and of so many sets for whom they were. */
  desiredPushesKnownMax: 50_000,
  /** Children of a gateway that are sent what is desired of them when it connects; the others, when they report. */
  desiredChildrenMax: 10_000,
  /** One `properties/set` of desired values (device protocol §3.5): the C SDK handles fewer than 50 services. */
  desiredPushBytesMax: 64 * 1024,
  desiredPushServicesMax: 49,
  /** One desired value: with its envelope it is to fit into one `properties/set`. */
  desiredValueBytesMax: 63 * 1024,
  /** A service id or property name (device protocol §6.1): a longer one fits no model, a system service's is refused. */
  nameLengthMax: 64,
  /** A subscriber of notices that takes longer is not waited for (bus). */
  noticeMillisMax: 1000,
  /** Unactivated devices deleted in one run of the job; the next run takes the next ones. */
  expiredDevicesPerRunMax: 200,
  /** Server-sent event streams open at a time, and of one project: it must not keep the others out. */
  eventStreamsMax: 100,
  eventStreamsPerProjectMax: 75,
  /** A token that the control socket gave out; whoever may open that socket may ask again. */
  controlTokenLifeMillis: 3_600_000,
  /** Simulated devices of one run: as many as a platform takes from one address. */
  simulatedDevicesMax: 10_000,
  /** Reports of one simulated device in a minute: a thousand a second is more than any device sends. */
  simulatedRateMax: 60_000,
  /** Simulated handshakes under way: more would only wait for each other, and time out on a slow machine. */
  simulatedHandshakesMax: 32,
  /** Unacknowledged reports of a simulated device; then it holds back. Below the Receive Maximum of any broker. */
  simulatedInflightMax: 20,
  /** A simulated device waits so long for CONNACK, for PUBACK, and between two attempts at most. */
  simulatorConnectMillisMax: 30_000,
  simulatorPubackMillisMax: 60_000,
  simulatorBackoffMillisMax: 30_000,
  /** The end of a run waits so long for what is not acknowledged yet, and then for sockets to close. */
  simulatorDrainMillisMax: 10_000,
  simulatorCloseMillisMax: 2_000,
  /** The simulator's API calls under way, and the wait for an answer: a batch of 500 devices on a busy disk. */
  simulatorCallsMax: 16,
  simulatorCallMillisMax: 60_000,
  /** Device protocol §3.2, §1.3: the payload of anything sent to a device. */
  downlinkBytesMax: 256 * 1024,
  /** Device protocol §1.3, §7 no. 8: of a property set; what is larger is sent, and the device's entries say so. */
  propertySetBytesAdvised: 64 * 1024,
  /** Device protocol §3.2: messages kept for a device; the newest pushes out the oldest. */
  messagesPerDeviceMax: 20,
  /** Northbound, CreateMessage: a day in the cache at most, in steps. */
  messageTtlMinutesMax: 1440,
  messageTtlMinutesStep: 5,
  /** Device protocol §1.5: after a connect a message is tried every 10 s, 5 times. */
  messageAgainMillis: 10_000,
  messageTriesMax: 5,
  /** So long a call that makes a message or an asynchronous command waits to tell what became of it, and the next one for a device waits for the one before it. */
  messageTryMillisMax: 1_000,
  /** What must not be cached is tried at once; what a crash left of it ends after so long. */
  uncachedMillisMax: 60_000,
  /** Northbound, CreateAsyncCommand: commands that wait for a device, their JSON, and how long they wait. */
  asyncCommandsPendingMax: 20,
  asyncCommandParasBytesMax: 32 * 1024,
  asyncCommandExpireSecondsMax: 172_800,
  asyncCommandExpireSecondsDefault: 86_400,
  /** Nobody waits for the answer, so a device may take longer than to a synchronous one: it may have to ask its own devices first. */
  asyncAnswerMillisMax: 180_000,
  /** Commands that have ended: of one device, and for how long; about 500 bytes each. */
  asyncCommandHistoryMax: 1000,
  asyncCommandHistoryMillisMax: 30 * 24 * 3_600_000,
  /** Messages and commands that a run of the job ends; the next run takes the next ones. */
  expiredDownlinksPerRunMax: 500,
  /** Property values of one set: more than a model's service has. */
  propertySetServicesMax: 50,
  /** safety R7. */
  shutdownMillisMax: 10_000,
} as const

export type Limits = { readonly [K in keyof typeof limits]: number }
