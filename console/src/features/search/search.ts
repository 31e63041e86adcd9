import { queryOptions } from '@tanstack/react-query'
import { call } from '../../api/client.ts'

/** Where a found thing is shown. */
export type Target =
  | { readonly kind: 'page'; readonly to: string }
  | { readonly kind: 'device'; readonly deviceId: string }
  | { readonly kind: 'product'; readonly productId: string; readonly app: string }
  | { readonly kind: 'certificate'; readonly certificateId: string }

export interface Found {
  readonly target: Target
  readonly name: string
  /** What tells it from others of that name. */
  readonly detail: string
}

/** A page with the names under which it is found. */
export interface FindablePage {
  readonly to: string
  /** In the language of the page first. */
  readonly names: readonly string[]
}

/** Of each kind. */
const SHOWN_MAX = 5
/** A longer text is refused by the platform. */
export const TEXT_MAX = 256

export const searchQuery = (projectId: string, text: string) =>
  queryOptions({
    queryKey: ['search', projectId, text],
    queryFn: ({ signal }) => find(projectId, text, signal),
    enabled: text !== '',
  })

async function find(projectId: string, text: string, signal: AbortSignal): Promise<readonly Found[]> {
  const { devices, products, certificates } = await call('GET /quayside/v1/{project_id}/search', {
    params: { project_id: projectId },
    query: { text, limit: SHOWN_MAX },
    signal,
  })
  return [
    ...devices.map(({ device_id: deviceId, node_id: node, device_name: name, product_name: product }) => ({
      target: { kind: 'device', deviceId } as const,
      name: name ?? node,
      detail: `${deviceId} · ${product}`,
    })),
    ...products.map(({ product_id: productId, app_id: app, name }) => ({
      target: { kind: 'product', productId, app } as const,
      name,
      detail: productId,
    })),
    ...certificates.map(({ certificate_id: certificateId, cn_name: name }) => ({
      target: { kind: 'certificate', certificateId } as const,
      name,
      detail: certificateId,
    })),
  ]
}

/** Pages one of whose names holds `text`, in either case; all of them for no text. */
export function findPages(pages: readonly FindablePage[], text: string): readonly Found[] {
  const wanted = text.trim().toLowerCase()
  return pages
    .filter(({ names }) => names.some((name) => name.toLowerCase().includes(wanted)))
    .map(({ to, names: [name = to] }) => ({ target: { kind: 'page', to }, name, detail: '' }))
}

/** The place of the next choice from `at` by `step`, around the ends; none of none. */
export const moved = (at: number, step: number, count: number): number =>
  count === 0 ? 0 : (at + step + count) % count
