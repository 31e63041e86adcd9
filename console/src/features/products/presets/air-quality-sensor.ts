import { connectivity, event, parameter, type Preset, property, words } from './preset.ts'

/** Indoors or out; the ranges are those of common sensors. */
export const airQualitySensor: Preset = {
  id: 'air-quality-sensor',
  industry: 'Environment',
  deviceType: 'AirQualitySensor',
  name: words('Air quality sensor', '空气质量传感器'),
  about: words(
    'Particles, carbon dioxide, volatile compounds, temperature, humidity and noise.',
    '监测颗粒物、二氧化碳、挥发性有机物、温湿度与噪声。',
  ),
  services: [
    {
      service_id: 'AirQuality',
      description: words('What is in the air', '空气质量'),
      properties: [
        property.decimal('pm25', [0, 1000], words('Particles up to 2.5 µm', 'PM2.5 浓度'), {
          step: 0.1,
          unit: 'µg/m³',
        }),
        property.decimal('pm10', [0, 2000], words('Particles up to 10 µm', 'PM10 浓度'), {
          step: 0.1,
          unit: 'µg/m³',
        }),
        property.int('co2', [0, 10_000], words('Carbon dioxide', '二氧化碳浓度'), { step: 1, unit: 'ppm' }),
        property.int('tvoc', [0, 60_000], words('Volatile organic compounds', '总挥发性有机物'), {
          step: 1,
          unit: 'ppb',
        }),
        property.decimal('ozone', [0, 1000], words('Ozone', '臭氧浓度'), { step: 0.1, unit: 'µg/m³' }),
        property.int('aqi', [0, 500], words('Air quality index', '空气质量指数'), { step: 1 }),
      ],
      events: [
        event(
          'limitExceeded',
          parameter.choice(
            'quantity',
            ['pm25', 'pm10', 'co2', 'tvoc', 'ozone'],
            words('Which value', '超标指标'),
          ),
          parameter.decimal('value', [0, 60_000], words('Value seen', '当前值')),
        ),
      ],
    },
    {
      service_id: 'Climate',
      description: words('Around the sensor', '环境参数'),
      properties: [
        property.decimal('temperature', [-40, 85], words('Temperature of the air', '温度'), {
          step: 0.1,
          unit: '°C',
        }),
        property.decimal('humidity', [0, 100], words('Relative humidity', '相对湿度'), {
          step: 0.1,
          unit: '%RH',
        }),
        property.decimal('pressure', [300, 1100], words('Pressure of the air', '大气压'), {
          step: 0.1,
          unit: 'hPa',
        }),
        property.decimal('noise', [30, 130], words('Noise, A-weighted', '噪声（A 计权）'), {
          step: 0.1,
          unit: 'dB',
        }),
        property.int('illuminance', [0, 200_000], words('Light', '光照度'), { step: 1, unit: 'lx' }),
      ],
    },
    connectivity,
  ],
}
