import type { Language } from '../../../lib/i18n/language.ts'
import type { Industry } from '../industries.ts'
import { complete, type DataType, type AccessMethod, type Model, type WireService } from '../model.ts'

/** The same in every language of the console. */
export type Words = { readonly [L in Language]: string }

/** A model of a common kind of device, as a start for one's own. */
export interface Preset {
  readonly id: string
  readonly industry: Industry
  /** Fills *Device Type* (guide S24). */
  readonly deviceType: string
  readonly name: Words
  /** What such a device measures and can be told, in one sentence. */
  readonly about: Words
  readonly services: readonly PresetService[]
}

interface PresetRule {
  readonly data_type: DataType
  readonly required?: boolean
  readonly enum_list?: readonly string[]
  readonly min?: string
  readonly max?: string
  readonly step?: number
  readonly max_length?: number
  readonly unit?: string
  readonly description: Words
}
interface PresetProperty extends PresetRule {
  readonly property_name: string
  readonly method: AccessMethod
}
interface PresetParameter extends PresetRule {
  readonly para_name: string
}
interface PresetService {
  readonly service_id: string
  readonly description: Words
  readonly properties: readonly PresetProperty[]
  readonly commands?: readonly {
    readonly command_name: string
    readonly paras: readonly PresetParameter[]
    readonly responses: readonly {
      readonly response_name: string
      readonly paras: readonly PresetParameter[]
    }[]
  }[]
  readonly events?: readonly { readonly event_type: string; readonly paras: readonly PresetParameter[] }[]
}

/** The services of a preset, described in `language`. */
export const modelOf = ({ services }: Preset, language: Language): Model =>
  (inLanguage(services, language) as readonly WireService[]).map(complete)

/** Every {@link Words} within `value` becomes its text in `language`. */
function inLanguage(value: unknown, language: Language): unknown {
  if (Array.isArray(value)) return value.map((each) => inLanguage(each, language))
  if (typeof value !== 'object' || value === null) return value
  if (language in value) return (value as Words)[language]
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, inLanguage(inner, language)]))
}

/** Short hands for the presets, so that a model reads like a table. */

export const words = (en: string, zh: string): Words => ({ en, zh })

interface Bounds {
  readonly step?: number
  readonly unit?: string
  readonly method?: AccessMethod
  readonly required?: boolean
}
type Range = readonly [min: number, max: number]

const rule = (data_type: DataType, description: Words, { step, unit, required }: Bounds = {}) => ({
  data_type,
  description,
  ...(step !== undefined && { step }),
  ...(unit !== undefined && { unit }),
  ...(required !== undefined && { required }),
})
const bounded = (data_type: DataType, [min, max]: Range, description: Words, bounds?: Bounds) => ({
  ...rule(data_type, description, bounds),
  min: String(min),
  max: String(max),
})

/** Values of a service's properties, read-only unless `method` says more. */
export const property = {
  int: (name: string, range: Range, description: Words, bounds?: Bounds): PresetProperty =>
    asProperty(name, bounded('int', range, description, bounds), bounds),
  decimal: (name: string, range: Range, description: Words, bounds?: Bounds): PresetProperty =>
    asProperty(name, bounded('decimal', range, description, bounds), bounds),
  boolean: (name: string, description: Words, bounds?: Bounds): PresetProperty =>
    asProperty(name, rule('boolean', description, bounds), bounds),
  time: (name: string, description: Words, bounds?: Bounds): PresetProperty =>
    asProperty(name, rule('DateTime', description, bounds), bounds),
  text: (name: string, max_length: number, description: Words, bounds?: Bounds): PresetProperty =>
    asProperty(name, { ...rule('string', description, bounds), max_length }, bounds),
  choice: (name: string, enum_list: readonly string[], description: Words, bounds?: Bounds): PresetProperty =>
    asProperty(name, { ...rule('enum', description, bounds), enum_list }, bounds),
}

const asProperty = (name: string, of: PresetRule, { method = 'R' }: Bounds = {}): PresetProperty => ({
  property_name: name,
  ...of,
  method,
})

/** Values of commands, responses and events; required unless they say otherwise. */
export const parameter = {
  int: (name: string, range: Range, description: Words, bounds?: Bounds): PresetParameter =>
    asParameter(name, bounded('int', range, description, bounds)),
  decimal: (name: string, range: Range, description: Words, bounds?: Bounds): PresetParameter =>
    asParameter(name, bounded('decimal', range, description, bounds)),
  boolean: (name: string, description: Words): PresetParameter =>
    asParameter(name, rule('boolean', description)),
  text: (name: string, max_length: number, description: Words): PresetParameter =>
    asParameter(name, { ...rule('string', description), max_length }),
  choice: (name: string, enum_list: readonly string[], description: Words): PresetParameter =>
    asParameter(name, { ...rule('enum', description), enum_list }),
}

const asParameter = (name: string, of: PresetRule): PresetParameter => ({
  para_name: name,
  ...of,
  required: of.required ?? true,
})

/** A command that is answered with whether it was carried out. */
export const command = (command_name: string, ...paras: readonly PresetParameter[]) => ({
  command_name,
  paras,
  responses: [
    {
      response_name: 'cmdResponses',
      paras: [parameter.choice('result', ['done', 'refused', 'failed'], words('Result', '执行结果'))],
    },
  ],
})

export const event = (event_type: string, ...paras: readonly PresetParameter[]) => ({ event_type, paras })

/** What devices that run on a battery have in common. */
export const battery: PresetService = {
  service_id: 'Battery',
  description: words('Supply from a battery', '电池供电状态'),
  properties: [
    property.int('batteryLevel', [0, 100], words('Charge left', '剩余电量'), { step: 1, unit: '%' }),
    property.decimal('batteryVoltage', [0, 60], words('Voltage of the battery', '电池电压'), {
      step: 0.01,
      unit: 'V',
    }),
  ],
  events: [
    event(
      'batteryLow',
      parameter.int('batteryLevel', [0, 100], words('Charge left', '剩余电量'), { unit: '%' }),
    ),
  ],
}

/** How well a device hears its network. */
export const connectivity: PresetService = {
  service_id: 'Connectivity',
  description: words('Radio and reporting', '网络连接与上报'),
  properties: [
    property.int('signalStrength', [-140, 0], words('Received signal strength', '接收信号强度'), {
      step: 1,
      unit: 'dBm',
    }),
    property.int('reportInterval', [10, 86_400], words('Time between two reports', '上报周期'), {
      step: 1,
      unit: 's',
      method: 'RW',
    }),
  ],
}
