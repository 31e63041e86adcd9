import { battery, command, connectivity, event, parameter, type Preset, property, words } from './preset.ts'

/** Travels with food or medicine and proves that it stayed cold. */
export const coldChainLogger: Preset = {
  id: 'cold-chain-logger',
  industry: 'Logistics',
  deviceType: 'ColdChainLogger',
  name: words('Cold chain logger', '冷链温湿度记录仪'),
  about: words(
    'Temperature and humidity of a load, limits, door and light, with an event for each breach.',
    '货物温湿度、上下限、开门与光照监测，超限即上报事件。',
  ),
  services: [
    {
      service_id: 'Climate',
      description: words('At the load', '货物环境'),
      properties: [
        property.decimal('temperature', [-200, 80], words('Temperature at the load', '货物温度'), {
          step: 0.1,
          unit: '°C',
          required: true,
        }),
        property.decimal(
          'probeTemperature',
          [-200, 80],
          words('Temperature of the second probe', '外接探头温度'),
          {
            step: 0.1,
            unit: '°C',
          },
        ),
        property.decimal('humidity', [0, 100], words('Relative humidity', '相对湿度'), {
          step: 0.1,
          unit: '%RH',
        }),
        property.int(
          'light',
          [0, 100_000],
          words('Light, a sign of an opened package', '光照度，用于判断开箱'),
          {
            step: 1,
            unit: 'lx',
          },
        ),
        property.boolean('doorOpen', words('The door is open', '箱门是否打开')),
      ],
      events: [
        event('doorOpened'),
        event(
          'limitBreached',
          parameter.choice('limit', ['too-warm', 'too-cold', 'too-humid'], words('Which limit', '超限类型')),
          parameter.decimal('value', [-200, 100], words('Value seen', '当前值')),
          parameter.int('lastedSeconds', [0, 86_400], words('Duration', '持续时间'), { unit: 's' }),
        ),
      ],
    },
    {
      service_id: 'Trip',
      description: words('Limits and recording', '运输任务'),
      properties: [
        property.decimal('temperatureMax', [-200, 80], words('Highest temperature allowed', '温度上限'), {
          step: 0.1,
          unit: '°C',
          method: 'RW',
        }),
        property.decimal('temperatureMin', [-200, 80], words('Lowest temperature allowed', '温度下限'), {
          step: 0.1,
          unit: '°C',
          method: 'RW',
        }),
        property.int('sampleInterval', [10, 3600], words('Time between two samples', '采样间隔'), {
          step: 1,
          unit: 's',
          method: 'RW',
        }),
        property.text('shipment', 64, words('Number of the shipment', '运单号'), { method: 'RW' }),
        property.boolean('recording', words('A trip is being recorded', '是否正在记录')),
      ],
      commands: [
        command('startTrip', parameter.text('shipment', 64, words('Number of the shipment', '运单号'))),
        command('stopTrip'),
      ],
    },
    battery,
    connectivity,
  ],
}
