import { command, connectivity, event, parameter, type Preset, property, words } from './preset.ts'

/** A gateway beside a PLC that reads a drive and its bearings; severities as in ISO 10816. */
export const motorGateway: Preset = {
  id: 'motor-gateway',
  industry: 'Manufacturing',
  deviceType: 'MotorGateway',
  name: words('PLC and motor gateway', 'PLC 电机采集网关'),
  about: words(
    'Speed, torque, temperatures and vibration of a motor, with the registers of its PLC.',
    '采集电机转速、转矩、温度与振动，并读写 PLC 寄存器。',
  ),
  services: [
    {
      service_id: 'Motor',
      description: words('Drive and motor', '电机运行'),
      properties: [
        property.choice(
          'state',
          ['stopped', 'starting', 'running', 'stopping', 'fault'],
          words('Operating state', '运行状态'),
        ),
        property.int('speed', [0, 30_000], words('Speed of the shaft', '转速'), { step: 1, unit: 'r/min' }),
        property.decimal('torque', [-10_000, 10_000], words('Torque', '转矩'), { step: 0.1, unit: 'N·m' }),
        property.decimal('current', [0, 2000], words('Current', '电流'), { step: 0.1, unit: 'A' }),
        property.decimal('power', [0, 5000], words('Power', '功率'), { step: 0.1, unit: 'kW' }),
        property.decimal('windingTemperature', [-40, 250], words('Temperature of the winding', '绕组温度'), {
          step: 0.1,
          unit: '°C',
        }),
        property.int('runHours', [0, 1_000_000], words('Hours run so far', '累计运行时长'), {
          step: 1,
          unit: 'h',
        }),
        property.int('targetSpeed', [0, 30_000], words('Speed it should have', '目标转速'), {
          step: 1,
          unit: 'r/min',
          method: 'RW',
        }),
      ],
      commands: [
        command(
          'start',
          parameter.int('speed', [0, 30_000], words('Speed it should reach', '目标转速'), { unit: 'r/min' }),
        ),
        command(
          'stop',
          parameter.choice('way', ['ramp', 'coast', 'emergency'], words('Way of stopping', '停机方式')),
        ),
        command('resetFault'),
      ],
      events: [
        event(
          'fault',
          parameter.int('faultCode', [0, 65_535], words('Code of the drive', '故障码')),
          parameter.text('message', 128, words('Description of the fault', '故障描述')),
        ),
      ],
    },
    {
      service_id: 'Vibration',
      description: words('Bearings', '轴承振动'),
      properties: [
        property.decimal('velocityRms', [0, 100], words('Velocity, root mean square', '振动速度有效值'), {
          step: 0.01,
          unit: 'mm/s',
        }),
        property.decimal('accelerationPeak', [0, 500], words('Acceleration, peak', '加速度峰值'), {
          step: 0.1,
          unit: 'm/s²',
        }),
        property.decimal('bearingTemperature', [-40, 200], words('Temperature of the bearing', '轴承温度'), {
          step: 0.1,
          unit: '°C',
        }),
        property.choice(
          'severity',
          ['A', 'B', 'C', 'D'],
          words('Zone of severity; D: danger', '振动等级，D 为危险'),
        ),
      ],
      events: [
        event(
          'severityChanged',
          parameter.choice('severity', ['A', 'B', 'C', 'D'], words('Present zone', '当前等级')),
        ),
      ],
    },
    {
      service_id: 'Plc',
      description: words('The controller behind it', 'PLC 连接'),
      properties: [
        property.boolean('connected', words('The PLC answers', 'PLC 是否在线')),
        property.int('scanTime', [0, 10_000], words('Time of one cycle', '扫描周期'), {
          step: 1,
          unit: 'ms',
        }),
        property.int('errorCount', [0, 2_147_483_647], words('Requests without an answer', '通信错误次数'), {
          step: 1,
        }),
      ],
      commands: [
        command(
          'writeRegister',
          parameter.int('address', [0, 65_535], words('Address of the register', '寄存器地址')),
          parameter.int('value', [0, 65_535], words('Value', '写入值')),
        ),
      ],
    },
    connectivity,
  ],
}
