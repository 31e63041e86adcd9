import { command, connectivity, event, parameter, type Preset, property, words } from './preset.ts'

/** Active energy, voltages and currents of the three phases, and a switch (IEC 62052 has the terms). */
export const smartMeter: Preset = {
  id: 'smart-meter',
  industry: 'Utilities',
  deviceType: 'SmartMeter',
  name: words('Smart electricity meter', '智能电表'),
  about: words(
    'Energy, voltage, current and power of three phases, with a switch for the supply.',
    '三相电量、电压、电流与功率，支持远程拉合闸。',
  ),
  services: [
    {
      service_id: 'Energy',
      description: words('Energy counted so far', '累计电量'),
      properties: [
        property.decimal(
          'activeEnergyImport',
          [0, 99_999_999],
          words('Active energy taken from the grid', '正向有功总电量'),
          {
            step: 0.01,
            unit: 'kWh',
          },
        ),
        property.decimal(
          'activeEnergyExport',
          [0, 99_999_999],
          words('Active energy fed into the grid', '反向有功总电量'),
          {
            step: 0.01,
            unit: 'kWh',
          },
        ),
        property.decimal('reactiveEnergy', [0, 99_999_999], words('Reactive energy', '无功总电量'), {
          step: 0.01,
          unit: 'kvarh',
        }),
        property.choice(
          'tariff',
          ['peak', 'shoulder', 'off-peak', 'deep-valley'],
          words('Tariff in force', '当前费率时段'),
        ),
      ],
    },
    {
      service_id: 'Electrical',
      description: words('What the three phases carry now', '三相实时电气量'),
      properties: [
        ...(['A', 'B', 'C'] as const).map((phase) =>
          property.decimal(
            `voltage${phase}`,
            [0, 500],
            words(`Voltage of phase ${phase}`, `${phase} 相电压`),
            {
              step: 0.1,
              unit: 'V',
            },
          ),
        ),
        ...(['A', 'B', 'C'] as const).map((phase) =>
          property.decimal(
            `current${phase}`,
            [0, 200],
            words(`Current of phase ${phase}`, `${phase} 相电流`),
            {
              step: 0.01,
              unit: 'A',
            },
          ),
        ),
        property.decimal(
          'activePower',
          [-200, 200],
          words('Active power; negative: fed in', '有功功率，负值表示反送'),
          {
            step: 0.001,
            unit: 'kW',
          },
        ),
        property.decimal('powerFactor', [-1, 1], words('Power factor', '功率因数'), { step: 0.001 }),
        property.decimal('frequency', [45, 65], words('Frequency of the grid', '电网频率'), {
          step: 0.01,
          unit: 'Hz',
        }),
      ],
      events: [
        event(
          'voltageOutOfRange',
          parameter.choice('phase', ['A', 'B', 'C'], words('Phase', '相别')),
          parameter.decimal('voltage', [0, 500], words('Voltage seen', '电压值'), { unit: 'V' }),
        ),
      ],
    },
    {
      service_id: 'Relay',
      description: words('Switch for the supply', '拉合闸控制'),
      properties: [
        property.choice(
          'relayStatus',
          ['closed', 'open'],
          words('closed: the supply is on', 'closed 为合闸，open 为拉闸'),
        ),
        property.boolean('coverOpened', words('The cover has been opened', '表盖是否被打开')),
      ],
      commands: [
        command(
          'setRelay',
          parameter.choice('status', ['closed', 'open'], words('Target state', '目标状态')),
        ),
      ],
      events: [event('coverOpened')],
    },
    connectivity,
  ],
}
