import type { Reply } from '../../api/client.ts'

/** The product model as the API tells it: every list is there, since {@link complete} puts in what may be absent. */

type ProductReply = Reply<'GET /v5/iot/{project_id}/products/{product_id}'>
/** A service as it may come from outside: the API, a file, a preset. */
export type WireService = ProductReply['service_capabilities'][number]

export type Property = NonNullable<WireService['properties']>[number]
export type Parameter = NonNullable<NonNullable<WireService['events']>[number]['paras']>[number]
export interface Response {
  readonly response_name: string
  readonly paras: readonly Parameter[]
}
export interface Command {
  readonly command_name: string
  readonly paras: readonly Parameter[]
  readonly responses: readonly Response[]
}
export interface Event {
  readonly event_type: string
  readonly paras: readonly Parameter[]
}
export interface Service {
  readonly service_id: string
  readonly service_type: string
  readonly properties: readonly Property[]
  readonly commands: readonly Command[]
  readonly events: readonly Event[]
  readonly description?: string | undefined
  readonly option: NonNullable<WireService['option']>
}
export type Model = readonly Service[]
export type Product = Omit<ProductReply, 'service_capabilities'> & { readonly service_capabilities: Model }

export type DataType = Property['data_type']
export type AccessMethod = Property['method']
/** What a property and a parameter have in common. */
export type ValueRule = Omit<Parameter, 'para_name'>

/** The most that the platform takes (northbound §3.5). */
export const modelBytesMax = 500 * 1024

/** A service with all that the platform would put in itself; so two models can be compared. */
export const complete = (wire: WireService): Service => ({
  service_id: wire.service_id,
  service_type: wire.service_type || wire.service_id,
  properties: (wire.properties ?? []).map((property) => ({
    ...property,
    required: property.required ?? false,
  })),
  commands: (wire.commands ?? []).map(({ command_name, paras, responses }) => ({
    command_name,
    paras: completeParameters(paras),
    responses: (responses ?? []).map((response) => ({
      response_name: response.response_name,
      paras: completeParameters(response.paras),
    })),
  })),
  events: (wire.events ?? []).map(({ event_type, paras }) => ({
    event_type,
    paras: completeParameters(paras),
  })),
  ...(wire.description !== undefined && { description: wire.description }),
  option: wire.option ?? 'Optional',
})

const completeParameters = (paras?: readonly Parameter[] | null): readonly Parameter[] =>
  (paras ?? []).map((para) => ({ ...para, required: para.required ?? false }))

/** Same text for the same content, in whatever order its members stand. */
export const contentOf = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )

export const sameContent = (a: unknown, b: unknown): boolean => contentOf(a) === contentOf(b)

/** `items` with `item` in the place of the one called `name`; at the end where there is none of that name. */
export function put<T>(
  items: readonly T[],
  nameOf: (item: T) => string,
  name: string | undefined,
  item: T,
): readonly T[] {
  const at = items.findIndex((each) => nameOf(each) === name)
  return at === -1 ? [...items, item] : items.with(at, item)
}

/**
 * `items` with the one called `name` as many places further down as `by` says (up where it is negative), at most to the
 * end; as they are when there is none of that name. By name: the list may have changed since the step was asked for.
 */
export function moved<T>(
  items: readonly T[],
  nameOf: (item: T) => string,
  name: string,
  by: number,
): readonly T[] {
  const from = items.findIndex((each) => nameOf(each) === name)
  const item = items[from]
  if (item === undefined) return items
  const to = Math.min(Math.max(from + by, 0), items.length - 1)
  return items.toSpliced(from, 1).toSpliced(to, 0, item)
}

/** An edit is about a service that the model no longer has. */
export class ServiceGone extends Error {
  override readonly name = 'ServiceGone'
  readonly serviceId: string

  constructor(serviceId: string) {
    super(`The model has no service ${serviceId}.`)
    this.serviceId = serviceId
  }
}

/** The model with one service changed; throws {@link ServiceGone} when there is none of that id. */
export function withService(model: Model, serviceId: string, change: (service: Service) => Service): Model {
  if (!model.some((service) => service.service_id === serviceId)) throw new ServiceGone(serviceId)
  return model.map((service) => (service.service_id === serviceId ? change(service) : service))
}

/** The three lists of a service, each with how its items are called. */
export const lists = {
  properties: { nameOf: (item: Property) => item.property_name },
  commands: { nameOf: (item: Command) => item.command_name },
  events: { nameOf: (item: Event) => item.event_type },
} as const
export type ListName = keyof typeof lists
