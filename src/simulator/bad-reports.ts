import { Buffer } from 'node:buffer'
import type { JsonValue } from '../base/json.ts'
import { limits } from '../base/limits.ts'
import { compileRule, parseDecimal } from '../domain/product-model/check-value.ts'
import type { DataType, PropertyModel, ServiceModel } from '../domain/product-model/product-model.ts'
import type { ReportCode } from '../domain/verdict/report-codes.ts'
import { encodeReport, type WireReport } from './reports.ts'

/*
 * Reports as devices get them wrong, each with the verdict it has to get: a demonstration of what the platform says,
 * and a test that it does. What a value can get wrong depends on the model: without a maximum nothing is above it.
 */

export interface BadReport {
  readonly code: ReportCode
  /** Spoils a report that was good. */
  spoil(good: WireReport): Uint8Array
}

/** Every way to be wrong that this model offers; at least those that no model is needed for. */
export function badReportsFor(services: readonly ServiceModel[]): readonly BadReport[] {
  return [...alwaysBad, ...badValues(services)]
}

const entry = (service_id: JsonValue, properties: JsonValue): Uint8Array =>
  Buffer.from(JSON.stringify({ services: [{ service_id, properties }] }))

const alwaysBad: readonly BadReport[] = [
  { code: 'report-not-json', spoil: (good) => encodeReport(good).subarray(0, -2) },
  { code: 'report-not-utf8', spoil: (good) => Buffer.concat([encodeReport(good), Buffer.of(0xc3, 0x28)]) },
  { code: 'report-not-object', spoil: () => Buffer.from('[21.5]') },
  { code: 'report-services-missing', spoil: () => Buffer.from('{"temperature":21.5}') },
  { code: 'report-services-empty', spoil: () => Buffer.from('{"services":[]}') },
  {
    code: 'report-too-deep',
    spoil: () => Buffer.from('['.repeat(limits.jsonDepthMax + 1) + ']'.repeat(limits.jsonDepthMax + 1)),
  },
  {
    code: 'report-too-many-properties',
    spoil: () =>
      entry(
        'S',
        Object.fromEntries(Array.from({ length: limits.reportPropertiesMax + 1 }, (_, n) => [`p${n}`, n])),
      ),
  },
  {
    code: 'service-id-missing',
    spoil: () => Buffer.from('{"services":[{"properties":{"temperature":21.5}}]}'),
  },
  { code: 'properties-missing', spoil: () => entry('Climate', 21.5) },
]

function badValues(services: readonly ServiceModel[]): readonly BadReport[] {
  const [first] = services
  if (!first) return []
  const all = services.flatMap(({ serviceId, properties }) =>
    properties.map((property) => ({ serviceId, property })),
  )
  const bad: BadReport[] = [
    {
      code: 'service-unknown',
      spoil: () => entry(`${first.serviceId}_2`.slice(-limits.nameLengthMax), { on: 1 }),
    },
    { code: 'property-unknown', spoil: () => entry(first.serviceId, { 'no such property': 1 }) },
    { code: 'property-key-invalid', spoil: () => entry(first.serviceId, { 'a.b': 1 }) },
  ]
  for (const [code, valueFor] of Object.entries(wrongValues) as [ReportCode, WrongValue][])
    for (const { serviceId, property } of all) {
      const value = valueFor(property)
      // The check itself says whether the value breaks this rule and none that is looked at before.
      if (value === undefined || compileRule(property)(value)?.code !== code) continue
      bad.push({ code, spoil: () => entry(serviceId, { [property.name]: value }) })
      break
    }
  const whole = all.find(({ property }) => property.dataType === 'int' || property.dataType === 'long')
  if (whole)
    bad.push({
      code: 'number-not-exact',
      // JSON.stringify could not write it: the digits are lost as soon as it is a number.
      spoil: () =>
        Buffer.from(
          `{"services":[{"service_id":${JSON.stringify(whole.serviceId)},"properties":{${JSON.stringify(whole.property.name)}:90071992547409931}}]}`,
        ),
    })
  return bad
}

/** A value that should break one rule of this property; undefined when it has no such rule. */
type WrongValue = (property: PropertyModel) => JsonValue | undefined

const isNumber = (dataType: DataType): boolean => ['int', 'long', 'decimal'].includes(dataType)

const wrongValues: Partial<Readonly<Record<ReportCode, WrongValue>>> = {
  'value-type-wrong': ({ dataType }) => (dataType === 'string' || dataType === 'enum' ? 21 : 'twenty-one'),
  'value-below-min': ({ dataType, min }) => beyond(dataType, min, -1),
  'value-above-max': ({ dataType, max }) => beyond(dataType, max, 1),
  'value-off-step': ({ dataType, min, step }) => {
    if (!isNumber(dataType) || step === undefined) return undefined
    const base = parseDecimal(min) ?? 0
    return dataType === 'decimal' ? base + step / 2 : Math.ceil(base) + 1
  },
  'value-not-in-enum': ({ dataType, enumList }) =>
    dataType === 'enum' && enumList?.length ? `not ${enumList.join(' or ')}` : undefined,
  'value-too-long': ({ dataType, maxLength }) =>
    dataType === 'string' && maxLength !== undefined && maxLength > 0 && maxLength < 10_000
      ? 'x'.repeat(maxLength + 1)
      : undefined,
}

function beyond(dataType: DataType, bound: string | undefined, direction: 1 | -1): number | undefined {
  const end = isNumber(dataType) ? parseDecimal(bound) : undefined
  if (end === undefined || Math.abs(end) > 1e15) return undefined
  return (direction < 0 ? Math.floor(end) : Math.ceil(end)) + direction
}
