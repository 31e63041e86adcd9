import { command, connectivity, event, parameter, type Preset, property, words } from './preset.ts'

/** One connector; the states are those of OCPP 1.6 §4.9, in fewer words. */
export const chargingPile: Preset = {
  id: 'charging-pile',
  industry: 'Energy',
  deviceType: 'ChargingPile',
  name: words('Charging pile', '充电桩'),
  about: words(
    'State, power, energy and temperature of a charging point, with start, stop and a limit.',
    '充电枪状态、功率、电量与温度，支持启停充电和功率限制。',
  ),
  services: [
    {
      service_id: 'Connector',
      description: words('Plug and state', '充电枪'),
      properties: [
        property.choice(
          'status',
          ['available', 'preparing', 'charging', 'suspended', 'finishing', 'reserved', 'faulted'],
          words('State of the connector', '充电枪状态'),
          { required: true },
        ),
        property.boolean('plugged', words('A vehicle is plugged in', '是否插枪')),
        property.decimal('temperature', [-40, 150], words('Temperature of the plug', '枪头温度'), {
          step: 0.1,
          unit: '°C',
        }),
        property.decimal('powerLimit', [0, 480], words('Power limit', '功率上限'), {
          step: 0.1,
          unit: 'kW',
          method: 'RW',
        }),
      ],
      commands: [
        command(
          'startCharging',
          parameter.text('account', 64, words('Account charged', '账户')),
          parameter.decimal('energyLimit', [0, 1000], words('Energy limit', '电量上限'), {
            unit: 'kWh',
            required: false,
          }),
        ),
        command('stopCharging'),
        command('unlockConnector'),
        command('emergencyStop'),
      ],
      events: [
        event(
          'fault',
          parameter.choice(
            'reason',
            ['over-current', 'over-voltage', 'over-temperature', 'ground', 'connector-lock', 'communication'],
            words('Reason', '故障原因'),
          ),
        ),
      ],
    },
    {
      service_id: 'Charging',
      description: words('The charge under way', '充电过程'),
      properties: [
        property.decimal('voltage', [0, 1000], words('Voltage', '充电电压'), { step: 0.1, unit: 'V' }),
        property.decimal('current', [0, 600], words('Current', '充电电流'), { step: 0.1, unit: 'A' }),
        property.decimal('power', [0, 480], words('Power', '充电功率'), { step: 0.1, unit: 'kW' }),
        property.decimal('energy', [0, 1000], words('Energy of this charge', '本次充电量'), {
          step: 0.001,
          unit: 'kWh',
        }),
        property.int('stateOfCharge', [0, 100], words('Charge of the vehicle', '车辆电量'), {
          step: 1,
          unit: '%',
        }),
        property.int('duration', [0, 2880], words('For how long it has charged', '已充时长'), {
          step: 1,
          unit: 'min',
        }),
        property.decimal('totalEnergy', [0, 99_999_999], words('Energy of all charges', '累计充电量'), {
          step: 0.01,
          unit: 'kWh',
        }),
      ],
      events: [
        event(
          'finished',
          parameter.decimal('energy', [0, 1000], words('Energy of this charge', '本次充电量'), {
            unit: 'kWh',
          }),
          parameter.choice(
            'reason',
            ['full', 'stopped', 'limit', 'unplugged', 'fault'],
            words('Why it ended', '结束原因'),
          ),
        ),
      ],
    },
    connectivity,
  ],
}
