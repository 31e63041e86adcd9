import { battery, command, connectivity, event, parameter, type Preset, property, words } from './preset.ts'

/** A meter with a valve that reports once or a few times a day. */
export const waterMeter: Preset = {
  id: 'water-meter',
  industry: 'Utilities',
  deviceType: 'WaterMeter',
  name: words('Water meter', '智能水表'),
  about: words(
    'Volume, flow, pressure and water temperature, with a valve and leak detection.',
    '累计水量、瞬时流量、压力与水温，支持阀门控制和漏水检测。',
  ),
  services: [
    {
      service_id: 'WaterMeter',
      description: words('What has flowed through', '水量计量'),
      properties: [
        property.decimal('totalVolume', [0, 9_999_999], words('Volume counted so far', '累计水量'), {
          step: 0.001,
          unit: 'm³',
          required: true,
        }),
        property.decimal('reverseVolume', [0, 9_999_999], words('Volume that flowed back', '反向累计水量'), {
          step: 0.001,
          unit: 'm³',
        }),
        property.decimal(
          'flowRate',
          [-100, 100],
          words('Flow now; negative: backwards', '瞬时流量，负值表示倒流'),
          {
            step: 0.001,
            unit: 'm³/h',
          },
        ),
        property.decimal('pressure', [0, 2.5], words('Pressure in the pipe', '管网压力'), {
          step: 0.001,
          unit: 'MPa',
        }),
        property.decimal('waterTemperature', [-10, 90], words('Temperature of the water', '水温'), {
          step: 0.1,
          unit: '°C',
        }),
      ],
      events: [
        event(
          'leakSuspected',
          parameter.decimal('flowRate', [0, 100], words('Flow that never stopped', '持续流量'), {
            unit: 'm³/h',
          }),
        ),
        event(
          'pipeBurst',
          parameter.decimal('flowRate', [0, 100], words('Flow seen', '瞬时流量'), { unit: 'm³/h' }),
        ),
        event('magneticInterference'),
      ],
    },
    {
      service_id: 'Valve',
      description: words('Valve of the supply', '阀门控制'),
      properties: [
        property.choice(
          'valveStatus',
          ['open', 'closed', 'moving', 'fault'],
          words('Where the valve stands', '阀门状态'),
        ),
      ],
      commands: [
        command(
          'setValve',
          parameter.choice('status', ['open', 'closed'], words('Target state', '目标状态')),
        ),
      ],
    },
    battery,
    connectivity,
  ],
}
