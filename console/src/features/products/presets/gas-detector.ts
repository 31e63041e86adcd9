import { command, connectivity, event, parameter, type Preset, property, words } from './preset.ts'

/** A detector in a home or a plant that closes the valve by itself; thresholds are set from afar. */
export const gasDetector: Preset = {
  id: 'gas-detector',
  industry: 'Environment',
  deviceType: 'GasDetector',
  name: words('Combustible gas detector', '可燃气体探测器'),
  about: words(
    'Concentration of combustible gas and carbon monoxide, alarm thresholds, shut-off valve.',
    '可燃气体与一氧化碳浓度监测，支持报警阈值设置和联动切断。',
  ),
  services: [
    {
      service_id: 'GasDetector',
      description: words('Concentrations and the alarm', '浓度监测与报警'),
      properties: [
        property.decimal(
          'gasConcentration',
          [0, 100],
          words('Combustible gas, of its lower explosive limit', '可燃气体浓度（爆炸下限百分比）'),
          { step: 0.1, unit: '%LEL' },
        ),
        property.int('coConcentration', [0, 1000], words('Carbon monoxide', '一氧化碳浓度'), {
          step: 1,
          unit: 'ppm',
        }),
        property.choice(
          'alarmLevel',
          ['normal', 'low', 'high', 'fault'],
          words('Alarm that sounds now', '当前报警级别'),
          { required: true },
        ),
        property.decimal('lowThreshold', [1, 50], words('Low alarm threshold', '低限报警阈值'), {
          step: 0.5,
          unit: '%LEL',
          method: 'RW',
        }),
        property.decimal('highThreshold', [1, 100], words('High alarm threshold', '高限报警阈值'), {
          step: 0.5,
          unit: '%LEL',
          method: 'RW',
        }),
        property.choice('valveStatus', ['open', 'closed'], words('Shut-off valve', '切断阀状态')),
        property.int(
          'sensorLifeLeft',
          [0, 3650],
          words('Days until the sensor has to be replaced', '传感器剩余寿命'),
          {
            step: 1,
            unit: 'd',
          },
        ),
      ],
      commands: [
        command('silence', parameter.int('minutes', [1, 60], words('Duration', '静音时长'), { unit: 'min' })),
        command('selfTest'),
        command('closeValve'),
      ],
      events: [
        event(
          'gasAlarm',
          parameter.choice('level', ['low', 'high'], words('Level', '报警级别')),
          parameter.decimal('concentration', [0, 100], words('Concentration seen', '报警浓度'), {
            unit: '%LEL',
          }),
        ),
        event('sensorFault', parameter.int('faultCode', [0, 65_535], words('Code of the maker', '故障码'))),
      ],
    },
    connectivity,
  ],
}
