import { command, connectivity, event, parameter, type Preset, property, words } from './preset.ts'

/** A lamp controller with dimming and metering. */
export const streetLamp: Preset = {
  id: 'street-lamp',
  industry: 'Smart City',
  deviceType: 'StreetLamp',
  name: words('Street lamp', '智慧路灯'),
  about: words(
    'Switching and dimming of a lamp, its power and energy, its hours and its faults.',
    '路灯开关与调光、功率与能耗、工作时长和故障告警。',
  ),
  services: [
    {
      service_id: 'Lamp',
      description: words('Light', '灯控'),
      properties: [
        property.boolean('on', words('The lamp is lit', '是否点亮'), { method: 'RW' }),
        property.int('brightness', [0, 100], words('Brightness', '亮度'), {
          step: 1,
          unit: '%',
          method: 'RW',
        }),
        property.choice('mode', ['manual', 'schedule', 'light-sensor'], words('Control mode', '控制模式'), {
          method: 'RW',
        }),
        property.int('illuminance', [0, 200_000], words('Light of the surroundings', '环境光照度'), {
          step: 1,
          unit: 'lx',
        }),
        property.int('hoursLit', [0, 200_000], words('Hours lit so far', '累计亮灯时长'), {
          step: 1,
          unit: 'h',
        }),
      ],
      commands: [
        command(
          'setLight',
          parameter.boolean('on', words('Lit or not', '开或关')),
          parameter.int('brightness', [0, 100], words('Brightness', '亮度'), { unit: '%', required: false }),
        ),
      ],
      events: [
        event(
          'lampFault',
          parameter.choice(
            'fault',
            ['lamp', 'driver', 'leakage', 'over-temperature'],
            words('Fault', '故障类型'),
          ),
        ),
      ],
    },
    {
      service_id: 'Power',
      description: words('Metering', '能耗计量'),
      properties: [
        property.decimal('voltage', [0, 500], words('Voltage', '电压'), { step: 0.1, unit: 'V' }),
        property.decimal('current', [0, 20], words('Current', '电流'), { step: 0.001, unit: 'A' }),
        property.decimal('activePower', [0, 2000], words('Power', '有功功率'), { step: 0.1, unit: 'W' }),
        property.decimal('energy', [0, 9_999_999], words('Energy used so far', '累计用电量'), {
          step: 0.01,
          unit: 'kWh',
        }),
        property.decimal('tilt', [0, 90], words('Lean of the pole', '灯杆倾角'), { step: 0.1, unit: '°' }),
      ],
    },
    connectivity,
  ],
}
