import { complete, lists, type Model, put, type Service, type WireService } from './model.ts'

/** A model file: what is exported, and the two other forms that are taken. */

/** The name and the text of the file that *Export model* saves; {@link readModelFile} takes it back. */
export const modelFile = (
  productId: string,
  model: Model,
): { readonly name: string; readonly text: string } => ({
  name: `${productId}-model.json`,
  text: `${JSON.stringify({ service_capabilities: model }, null, 2)}\n`,
})

/** Why a file is no model: names of texts in `model.fileFaults`. */
export type FileFault = 'json' | 'form' | 'empty'

/**
 * The services in the text of a file: an array of them, or an object with `service_capabilities` or `services`. Only as
 * much is checked as is needed to show them; the platform judges the rest when it is saved.
 */
export function readModelFile(text: string): Model | FileFault {
  let content: unknown
  try {
    // Some editors of Windows begin a file with a mark of its byte order.
    content = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch {
    return 'json'
  }
  const services = servicesIn(content)
  if (!services?.every(isService)) return 'form'
  return services.length === 0 ? 'empty' : services.map(complete)
}

function servicesIn(content: unknown): readonly unknown[] | undefined {
  const list: unknown = isObject(content) ? (content['service_capabilities'] ?? content['services']) : content
  return Array.isArray(list) ? (list as readonly unknown[]) : undefined
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isNamed = (value: unknown, name: string): value is Readonly<Record<string, unknown>> =>
  isObject(value) && typeof value[name] === 'string'

const isListOf = (value: unknown, test: (item: unknown) => boolean): boolean =>
  value === undefined || value === null || (Array.isArray(value) && value.every(test))

const hasParameters = (value: unknown): boolean =>
  isObject(value) && isListOf(value['paras'], (para) => isNamed(para, 'para_name'))

function isService(value: unknown): value is WireService {
  return (
    isNamed(value, 'service_id') &&
    isListOf(value['properties'], (property) => isNamed(property, 'property_name')) &&
    isListOf(
      value['commands'],
      (command) =>
        isNamed(command, 'command_name') &&
        hasParameters(command) &&
        isListOf(
          command['responses'],
          (response) => isNamed(response, 'response_name') && hasParameters(response),
        ),
    ) &&
    isListOf(value['events'], (event) => isNamed(event, 'event_type') && hasParameters(event))
  )
}

/** How an import treats what is there: `replace` drops what the file lacks, `merge` keeps it. */
export type ImportWay = 'merge' | 'replace'

/** The model that saving gives. Of what both have, the file's stands, in the place of the old one. */
export const imported = (model: Model, file: Model, way: ImportWay): Model =>
  way === 'replace' ? file : file.reduce<Model>(mergeService, model)

function mergeService(model: Model, incoming: Service): Model {
  const nameOf = ({ service_id: id }: Service): string => id
  const old = model.find((service) => nameOf(service) === nameOf(incoming))
  return put(model, nameOf, nameOf(incoming), old ? merged(old, incoming) : incoming)
}

const merged = (old: Service, incoming: Service): Service => ({
  ...old,
  ...incoming,
  properties: mergeItems(lists.properties.nameOf, old.properties, incoming.properties),
  commands: mergeItems(lists.commands.nameOf, old.commands, incoming.commands),
  events: mergeItems(lists.events.nameOf, old.events, incoming.events),
})

const mergeItems = <T>(
  nameOf: (item: T) => string,
  old: readonly T[],
  incoming: readonly T[],
): readonly T[] => incoming.reduce((items, item) => put(items, nameOf, nameOf(item), item), old)
