import {
  type Command,
  type Event,
  lists,
  type Model,
  type Property,
  sameContent,
  type Service,
} from './model.ts'

/** What saving a model does to one part of it. */
export interface ModelChange {
  readonly kind: 'added' | 'changed' | 'removed'
  readonly what: 'service' | 'property' | 'command' | 'event'
  readonly serviceId: string
  /** Of a service: its own id. */
  readonly name: string
  /** Of a service that comes or goes: how many properties, commands and events it has. */
  readonly size?: number
}

/** What is different in `after`, in its order, then what is gone. The order of things alone is no change. */
export function changesBetween(before: Model, after: Model): readonly ModelChange[] {
  const changed = after.flatMap((service) => {
    const old = before.find(({ service_id: id }) => id === service.service_id)
    return old ? changesOf(old, service) : [wholeService('added', service)]
  })
  const kept = new Set(after.map(({ service_id: id }) => id))
  const removed = before.filter(({ service_id: id }) => !kept.has(id))
  return [...changed, ...removed.map((service) => wholeService('removed', service))]
}

const wholeService = (kind: 'added' | 'removed', service: Service): ModelChange => ({
  kind,
  what: 'service',
  serviceId: service.service_id,
  name: service.service_id,
  size: service.properties.length + service.commands.length + service.events.length,
})

function changesOf(before: Service, after: Service): readonly ModelChange[] {
  const { service_id: serviceId } = after
  const own = (service: Service) => [service.service_type, service.description, service.option]
  const inList = <T>(
    what: ModelChange['what'],
    nameOf: (item: T) => string,
    old: readonly T[],
    fresh: readonly T[],
  ): readonly ModelChange[] => {
    const olds = new Map(old.map((item) => [nameOf(item), item]))
    const names = new Set(fresh.map(nameOf))
    return [
      ...fresh.flatMap((item): ModelChange[] => {
        const name = nameOf(item)
        const was = olds.get(name)
        if (was === undefined) return [{ kind: 'added', what, serviceId, name }]
        return sameContent(was, item) ? [] : [{ kind: 'changed', what, serviceId, name }]
      }),
      ...old
        .map(nameOf)
        .filter((name) => !names.has(name))
        .map((name): ModelChange => ({ kind: 'removed', what, serviceId, name })),
    ]
  }
  return [
    ...(sameContent(own(before), own(after))
      ? []
      : [{ kind: 'changed', what: 'service', serviceId, name: serviceId } as const]),
    ...inList<Property>('property', lists.properties.nameOf, before.properties, after.properties),
    ...inList<Command>('command', lists.commands.nameOf, before.commands, after.commands),
    ...inList<Event>('event', lists.events.nameOf, before.events, after.events),
  ]
}
