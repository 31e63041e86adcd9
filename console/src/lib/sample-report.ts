/** As much of a product's model as a sample needs. */
export interface ModelService {
  readonly service_id: string
  readonly properties?: readonly ModelProperty[]
}

export interface ModelProperty {
  readonly property_name: string
  readonly data_type: string
  readonly required?: boolean
  readonly enum_list?: readonly string[]
  /** Decimal text. */
  readonly min?: string
  readonly max?: string
  readonly max_length?: number
  readonly step?: number
}

/** A report with more values than these says no more. */
const VALUES_MAX = 5

/**
 * A report that the product's model takes: values of its first service that has properties, required ones first, at
 * most five. Undefined when the model has no property.
 */
export function sampleReport(services: readonly ModelService[]): object | undefined {
  const service = services.find(({ properties = [] }) => properties.length > 0)
  if (!service) return undefined
  const properties = (service.properties ?? [])
    .toSorted((a, b) => Number(b.required ?? false) - Number(a.required ?? false))
    .slice(0, VALUES_MAX)
  return {
    services: [
      {
        service_id: service.service_id,
        properties: Object.fromEntries(
          properties.map((property) => [property.property_name, sampleValue(property)]),
        ),
      },
    ],
  }
}

/** A value of the property's type, within its bounds. */
export function sampleValue({
  data_type: type,
  enum_list: choices,
  max_length: length,
  ...bounds
}: ModelProperty): unknown {
  switch (type) {
    case 'int':
    case 'long':
      return sampleNumber(bounds, 1)
    case 'decimal':
      return sampleNumber(bounds, 0.5)
    case 'boolean':
      return true
    case 'DateTime':
      return '20151212T121212Z'
    case 'jsonObject':
      return {}
    case 'string list':
      return ['sample']
    case 'enum':
      return choices?.[0] ?? ''
    default:
      return 'sample'.slice(0, length === undefined || length <= 0 ? undefined : length)
  }
}

/** The guide's own 57 where it is allowed, else what is nearest to it on a step from the lowest value (guide S119). */
function sampleNumber(
  { min, max, step }: Pick<ModelProperty, 'min' | 'max' | 'step'>,
  fallbackStep: number,
): number {
  const bound = (text: string | undefined): number | undefined => {
    const value = text === undefined || text.trim() === '' ? Number.NaN : Number(text)
    return Number.isFinite(value) ? value : undefined
  }
  const [lowest, highest] = [bound(min), bound(max)]
  const by = step !== undefined && step > 0 ? step : fallbackStep
  const from = lowest ?? 0
  const wanted = Math.min(Math.max(57, from), highest ?? Number.POSITIVE_INFINITY)
  // Toward the lowest value, so the highest is never passed; without float dust of the multiplication.
  return Number((from + Math.floor((wanted - from) / by) * by).toPrecision(12))
}
