import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { call, type Reply } from '../../api/client.ts'
import type { LogEntry } from '../../api/events.ts'
import { devicesKey } from './devices.ts'

export type DevicePage = Reply<'GET /quayside/v1/{project_id}/devices'>
/** A device as a row of a list. */
export type DeviceRow = DevicePage['devices'][number]

export const PAGE_SIZE = 50

export const statuses = ['online', 'offline', 'inactive', 'frozen'] as const
export const authTypes = ['SECRET', 'CERTIFICATES'] as const
export type AuthType = (typeof authTypes)[number]
/** What a list can be put in the order of; the names of the columns. */
export const sortKeys = ['created', 'name', 'node_id', 'device_id', 'status_since'] as const

/** What a list is narrowed to and sorted by; absent: not at all, and the newest first. */
export interface DeviceFilter {
  readonly find?: string | undefined
  readonly status?: (typeof statuses)[number] | undefined
  readonly productId?: string | undefined
  readonly authType?: AuthType | undefined
  readonly spaceId?: string | undefined
  readonly sort: (typeof sortKeys)[number]
  readonly order: 'asc' | 'desc'
  /** Counted from 1. */
  readonly page: number
}

/** `value` where it is one of `known`: an address is typed by people. */
export const oneOf = <T extends string>(known: readonly T[], value: string | undefined): T | undefined =>
  known.find((one) => one === value)

/** A page of devices with the count of all; the page before stays until it is there. */
export const deviceListQuery = (projectId: string, filter: DeviceFilter) =>
  queryOptions({
    queryKey: [...devicesKey(projectId), 'list', filter],
    queryFn: ({ signal }) =>
      call('GET /quayside/v1/{project_id}/devices', {
        params: { project_id: projectId },
        query: {
          ...(filter.find !== undefined && { search: filter.find.slice(0, 128) }),
          ...(filter.status && { status: filter.status }),
          ...(filter.productId !== undefined && { product_id: filter.productId }),
          ...(filter.authType && { auth_type: filter.authType }),
          ...(filter.spaceId !== undefined && { app_id: filter.spaceId }),
          sort: filter.sort,
          order: filter.order,
          limit: PAGE_SIZE,
          // The platform's own bound.
          offset: Math.min((filter.page - 1) * PAGE_SIZE, 1_000_000),
        },
        signal,
      }),
    placeholderData: keepPreviousData,
  })

/**
 * The page with what status entries tell of its devices; the same object when they tell of none. An OFFLINE of a
 * connection that another one took over changes nothing, and a frozen device stays one.
 */
export function withStatuses(page: DevicePage, entries: readonly LogEntry[]): DevicePage {
  const news = new Map<string, Pick<DeviceRow, 'status' | 'status_since'>>()
  for (const { kind, device_id: id, at, body } of entries) {
    const { status, cause } = body as { readonly status?: unknown; readonly cause?: unknown }
    if (kind !== 'status' || id === undefined || cause === 'taken-over') continue
    if (status === 'ONLINE' || status === 'OFFLINE') news.set(id, { status, status_since: at })
  }
  const isNews = ({ device_id: id, status }: DeviceRow): boolean => status !== 'FROZEN' && news.has(id)
  if (!page.devices.some(isNews)) return page
  return {
    ...page,
    devices: page.devices.map((row) => (isNews(row) ? { ...row, ...news.get(row.device_id) } : row)),
  }
}

/** What people call a device: its name, else its node ID. */
export const nameOf = ({
  device_name: name,
  node_id: nodeId,
}: Pick<DeviceRow, 'device_name' | 'node_id'>): string => name ?? nodeId
