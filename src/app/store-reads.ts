import type { OperationDeps } from '../operations/operation.ts'
import { createDeviceLogReader } from './device-logs.ts'
import type { Remote } from './rpc.ts'
import type { StoreApi } from './threads.ts'

/** What operations read of the log and its projections, which the store thread has. */
export const storeReads = (log: Remote<StoreApi>) =>
  ({
    readShadow: (deviceId) => log.readShadow(deviceId),
    readStatuses: async (deviceIds) => new Map(await log.readStatuses(deviceIds)),
    readBridged: (query) => log.readBridged(query),
    readConnected: (query) => log.readConnected(query),
    readHistory: (query) => log.readHistory(query),
    readBuckets: (query) => log.readBuckets(query),
    readConnections: (query) => log.readConnections(query),
    readConnection: (projectId, position) => log.readConnection(projectId, position),
    readPresented: (deviceId) => log.readPresented(deviceId),
    countByAnchor: async (projectId) => new Map(await log.countByAnchor(projectId)),
    readLatest: (deviceId) => log.readLatest(deviceId),
    readDeviceEntries: (query) => log.readDeviceEntries(query),
    readDeviceLogs: createDeviceLogReader((query) => log.readDeviceEntries(query)),
    readTotals: (projectId) => log.readTotals(projectId),
    readStatistics: (query) => log.readStatistics(query),
    readFirsts: (projectId) => log.readFirsts(projectId),
    readUsage: () => log.usage(),
  }) satisfies Partial<OperationDeps>
