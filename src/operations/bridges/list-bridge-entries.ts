import { bridgeSession } from '../../domain/bridge/bridge.ts'
import { entriesAsked, EntriesQuery, EntriesReply, entriesReply } from '../events/entry-page.ts'
import { operation } from '../operation.ts'
import { BridgeParams, requireBridge } from './bridge-body.ts'

/** What is about one of its devices stands among the entries of that device, unless nobody knows the device. */
export const listBridgeEntries = operation({
  id: 'ListBridgeEntries',
  method: 'GET',
  url: '/quayside/v1/:project_id/bridges/:bridge_id/entries',
  tag: 'bridges',
  summary:
    'List how a bridge came and went, why it was refused, and what it did wrong, newest first; a page may be short and have a next one',
  status: 200,
  access: 'read',
  params: BridgeParams,
  query: EntriesQuery,
  reply: EntriesReply,
  async run({ store, readDeviceEntries }, { params, query, caller: { projectId }, language }) {
    const { bridgeId, createdAt } = await requireBridge(store, projectId, params.bridge_id)
    const { entries, ...page } = await readDeviceEntries(entriesAsked(bridgeSession(bridgeId), query))
    // An earlier bridge may have had the id, in another project too (safety S3).
    const own = entries.filter((entry) => entry.projectId === projectId && entry.at >= createdAt)
    return entriesReply({ ...page, entries: own }, language)
  },
})
