import { connectivity, event, parameter, type Preset, property, words } from './preset.ts'

/** One zone of heating and cooling; what is writable is set through the shadow. */
export const hvacThermostat: Preset = {
  id: 'hvac-thermostat',
  industry: 'Buildings',
  deviceType: 'Thermostat',
  name: words('HVAC thermostat', '暖通温控器'),
  about: words(
    'Temperature and humidity of a zone, what they should be, mode and fan.',
    '区域温湿度、设定温度、运行模式与风速。',
  ),
  services: [
    {
      service_id: 'Thermostat',
      description: words('One zone', '温控区域'),
      properties: [
        property.boolean('power', words('Switched on', '开关'), { method: 'RW' }),
        property.decimal('temperature', [-20, 60], words('Temperature of the room', '室内温度'), {
          step: 0.1,
          unit: '°C',
        }),
        property.decimal('humidity', [0, 100], words('Relative humidity', '相对湿度'), {
          step: 0.1,
          unit: '%RH',
        }),
        property.decimal('targetTemperature', [5, 35], words('Set temperature', '设定温度'), {
          step: 0.5,
          unit: '°C',
          method: 'RW',
        }),
        property.choice('mode', ['auto', 'heat', 'cool', 'dry', 'fan'], words('Operating mode', '运行模式'), {
          method: 'RW',
        }),
        property.choice('fanSpeed', ['auto', 'low', 'medium', 'high'], words('Fan', '风速'), {
          method: 'RW',
        }),
        property.int('valvePosition', [0, 100], words('How far the valve is open', '水阀开度'), {
          step: 1,
          unit: '%',
        }),
        property.boolean('occupied', words('Someone is in the room', '房间是否有人')),
        property.boolean('locked', words('Panel locked', '面板锁定'), { method: 'RW' }),
      ],
      events: [
        event('fault', parameter.text('code', 16, words('Code of the maker', '故障码'))),
        event(
          'filterDirty',
          parameter.int('hoursRun', [0, 100_000], words('Hours since it was cleaned', '清洗后运行时长'), {
            unit: 'h',
          }),
        ),
      ],
    },
    connectivity,
  ],
}
