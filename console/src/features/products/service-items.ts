import {
  type Command,
  type Event,
  type ListName,
  lists,
  type Model,
  moved,
  type Product,
  type Property,
  put,
  type Service,
  withService,
} from './model.ts'

/** What each of a service's lists holds. */
export interface ItemOf {
  readonly properties: Property
  readonly commands: Command
  readonly events: Event
}

/** How an item of the list is called. */
export const nameOf = <L extends ListName>(list: L, item: ItemOf[L]): string =>
  (lists[list].nameOf as (item: ItemOf[L]) => string)(item)

/** The edit that puts `item` in the place of the one called `name`, or at the end of the list. */
export const withItem =
  <L extends ListName>(list: L, serviceId: string, name: string | undefined, item: ItemOf[L]) =>
  (model: Model): Model =>
    withService(model, serviceId, (service) => ({
      ...service,
      [list]: put(service[list] as readonly ItemOf[L][], (each) => nameOf(list, each), name, item),
    }))

/** A service with one item of a list as many places further down as `by` says. */
export const withMoved = <L extends ListName>(
  service: Service,
  list: L,
  name: string,
  by: number,
): Service => ({
  ...service,
  [list]: moved(service[list] as readonly ItemOf[L][], (each) => nameOf(list, each), name, by),
})

/** The path of an item in what the platform is sent, to find what it says of it; `name` absent: the next one. */
export function itemPlace<L extends ListName>(
  product: Product,
  service: Service,
  list: L,
  name: string | undefined,
): string {
  const services = product.service_capabilities
  const serviceAt = services.findIndex(({ service_id: id }) => id === service.service_id)
  const items = (services[serviceAt] ?? service)[list] as readonly ItemOf[L][]
  const at = items.findIndex((item) => nameOf(list, item) === name)
  return `service_capabilities[${serviceAt}].${list}[${at === -1 ? items.length : at}]`
}

/** What is wrong with a name that is to be `typed`, before it was `name`. */
export function itemFault<L extends ListName>(
  service: Service,
  list: L,
  typed: string,
  name: string | undefined,
): 'empty' | 'taken' | undefined {
  if (typed.trim() === '') return 'empty'
  const items = service[list] as readonly ItemOf[L][]
  const isTaken = typed.trim() !== name && items.some((item) => nameOf(list, item) === typed.trim())
  return isTaken ? 'taken' : undefined
}
