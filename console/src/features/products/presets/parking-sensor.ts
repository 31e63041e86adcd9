import { battery, command, connectivity, event, parameter, type Preset, property, words } from './preset.ts'

/** One bay, by its change of the magnetic field. */
export const parkingSensor: Preset = {
  id: 'parking-sensor',
  industry: 'Smart City',
  deviceType: 'ParkingSensor',
  name: words('Parking sensor', '地磁车位检测器'),
  about: words(
    'Whether a bay is taken, since when, and how strongly the magnetic field changed.',
    '检测车位占用状态、占用时长和磁场强度变化。',
  ),
  services: [
    {
      service_id: 'Bay',
      description: words('One parking bay', '车位'),
      properties: [
        property.boolean('occupied', words('Occupied', '是否占用'), { required: true }),
        property.time('changedAt', words('When that changed', '状态变化时间')),
        property.int('fieldStrength', [0, 20_000], words('Change of the magnetic field', '磁场变化量'), {
          step: 1,
          unit: 'mG',
        }),
        property.int('sensitivity', [1, 10], words('10: reacts most easily', '灵敏度，10 为最高'), {
          step: 1,
          method: 'RW',
        }),
        property.decimal('temperature', [-40, 85], words('Temperature in the ground', '地面温度'), {
          step: 0.1,
          unit: '°C',
        }),
      ],
      commands: [command('calibrate')],
      events: [
        event('arrived'),
        event(
          'left',
          parameter.int('stayedMinutes', [0, 525_600], words('For how long it stood', '停放时长'), {
            unit: 'min',
          }),
        ),
      ],
    },
    battery,
    connectivity,
  ],
}
