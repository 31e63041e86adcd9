import { battery, connectivity, event, parameter, type Preset, property, words } from './preset.ts'

/** A probe in the field, with a valve for irrigation left to another device. */
export const soilSensor: Preset = {
  id: 'soil-sensor',
  industry: 'Agriculture',
  deviceType: 'SoilSensor',
  name: words('Soil sensor', '土壤传感器'),
  about: words(
    'Moisture, temperature, conductivity, acidity and nutrients of the soil.',
    '监测土壤含水率、温度、电导率、酸碱度与养分。',
  ),
  services: [
    {
      service_id: 'Soil',
      description: words('At the probe', '土壤墒情'),
      properties: [
        property.decimal('moisture', [0, 100], words('Water by volume', '体积含水率'), {
          step: 0.1,
          unit: '%',
          required: true,
        }),
        property.decimal('temperature', [-40, 80], words('Temperature of the soil', '土壤温度'), {
          step: 0.1,
          unit: '°C',
        }),
        property.int('conductivity', [0, 20_000], words('Electrical conductivity', '电导率'), {
          step: 1,
          unit: 'µS/cm',
        }),
        property.decimal('ph', [0, 14], words('Acidity', '酸碱度'), { step: 0.1, unit: 'pH' }),
        property.int('nitrogen', [0, 2000], words('Nitrogen', '氮含量'), { step: 1, unit: 'mg/kg' }),
        property.int('phosphorus', [0, 2000], words('Phosphorus', '磷含量'), { step: 1, unit: 'mg/kg' }),
        property.int('potassium', [0, 2000], words('Potassium', '钾含量'), { step: 1, unit: 'mg/kg' }),
        property.int('depth', [0, 200], words('Depth of the probe', '埋设深度'), {
          step: 1,
          unit: 'cm',
          method: 'RW',
        }),
      ],
      events: [
        event(
          'tooDry',
          parameter.decimal('moisture', [0, 100], words('Water by volume', '体积含水率'), { unit: '%' }),
        ),
        event(
          'frost',
          parameter.decimal('temperature', [-40, 80], words('Temperature seen', '土壤温度'), { unit: '°C' }),
        ),
      ],
    },
    battery,
    connectivity,
  ],
}
