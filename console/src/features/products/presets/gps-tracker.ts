import { battery, command, connectivity, event, parameter, type Preset, property, words } from './preset.ts'

/** Positions are degrees in WGS 84, as receivers give them. */
export const gpsTracker: Preset = {
  id: 'gps-tracker',
  industry: 'Logistics',
  deviceType: 'GpsTracker',
  name: words('GPS tracker', 'GPS 定位终端'),
  about: words(
    'Position, speed and heading of a vehicle or a load, with geofence and movement events.',
    '车辆或货物的位置、速度与航向，支持电子围栏和移动告警。',
  ),
  services: [
    {
      service_id: 'Location',
      description: words('Where it is (WGS 84)', '位置信息（WGS 84 坐标系）'),
      properties: [
        property.decimal(
          'longitude',
          [-180, 180],
          words('East of Greenwich; negative: west', '经度，西经为负'),
          {
            step: 0.000001,
            unit: '°',
            required: true,
          },
        ),
        property.decimal(
          'latitude',
          [-90, 90],
          words('North of the equator; negative: south', '纬度，南纬为负'),
          {
            step: 0.000001,
            unit: '°',
            required: true,
          },
        ),
        property.decimal('altitude', [-500, 10_000], words('Above sea level', '海拔'), {
          step: 0.1,
          unit: 'm',
        }),
        property.decimal('speed', [0, 400], words('Speed over ground', '速度'), { step: 0.1, unit: 'km/h' }),
        property.int('heading', [0, 359], words('Clockwise from north', '航向，正北为 0，顺时针'), {
          step: 1,
          unit: '°',
        }),
        property.int('satellites', [0, 50], words('Satellites in use', '可用卫星数'), { step: 1 }),
        property.decimal('hdop', [0, 50], words('Horizontal dilution of precision', '水平精度因子'), {
          step: 0.1,
        }),
        property.time('fixTime', words('When the position was fixed', '定位时间')),
      ],
      commands: [command('locateNow')],
      events: [
        event(
          'geofence',
          parameter.choice('movement', ['entered', 'left'], words('Into or out of it', '进入或离开')),
          parameter.text('fence', 64, words('Name of the fence', '围栏名称')),
        ),
      ],
    },
    {
      service_id: 'Motion',
      description: words('Movement and the vehicle', '运动与车辆状态'),
      properties: [
        property.boolean('moving', words('Whether it moves', '是否移动')),
        property.boolean('ignition', words('The ignition is on', '点火状态')),
        property.decimal('mileage', [0, 9_999_999], words('Distance covered', '累计里程'), {
          step: 0.1,
          unit: 'km',
        }),
      ],
      events: [
        event(
          'impact',
          parameter.decimal('acceleration', [0, 16], words('Strongest acceleration', '最大加速度'), {
            unit: 'g',
          }),
        ),
        event('removed'),
      ],
    },
    battery,
    connectivity,
  ],
}
