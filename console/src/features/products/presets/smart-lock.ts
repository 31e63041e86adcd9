import { battery, command, connectivity, event, parameter, type Preset, property, words } from './preset.ts'

const means = ['pin', 'card', 'fingerprint', 'key', 'remote'] as const

/** Says who opened a door and how; codes are given for a time. */
export const smartLock: Preset = {
  id: 'smart-lock',
  industry: 'Buildings',
  deviceType: 'SmartLock',
  name: words('Smart lock', '智能门锁'),
  about: words(
    'State of bolt and door, remote unlocking, codes for guests, and an event for each use.',
    '锁舌与门状态、远程开锁、访客密码，并上报每次开锁记录。',
  ),
  services: [
    {
      service_id: 'Lock',
      description: words('Bolt and door', '门锁'),
      properties: [
        property.choice('bolt', ['locked', 'unlocked', 'jammed'], words('Where the bolt is', '锁舌状态'), {
          required: true,
        }),
        property.boolean('doorOpen', words('The door is open', '门是否打开')),
        property.boolean('autoLock', words('Locks by itself when the door closes', '关门自动上锁'), {
          method: 'RW',
        }),
        property.int('autoLockDelay', [0, 300], words('Time until it locks by itself', '自动上锁延时'), {
          step: 1,
          unit: 's',
          method: 'RW',
        }),
        property.int('volume', [0, 3], words('Loudness of the keypad; 0: silent', '按键音量，0 为静音'), {
          step: 1,
          method: 'RW',
        }),
      ],
      commands: [
        command('unlock', parameter.text('operator', 64, words('Who unlocked it', '操作人'))),
        command('lock'),
        command(
          'addCode',
          parameter.int('slot', [0, 99], words('Number of the code', '密码编号')),
          parameter.text('code', 12, words('Digits of the code', '密码')),
          parameter.int('validMinutes', [1, 525_600], words('For how long it is good', '有效时长'), {
            unit: 'min',
          }),
        ),
        command('removeCode', parameter.int('slot', [0, 99], words('Number of the code', '密码编号'))),
      ],
      events: [
        event(
          'opened',
          parameter.choice('means', means, words('Way of unlocking', '开锁方式')),
          parameter.int('slot', [0, 99], words('Number of the code, card or finger', '用户编号'), {
            required: false,
          }),
        ),
        event('wrongCode', parameter.int('tries', [1, 99], words('Wrong attempts in a row', '连续错误次数'))),
        event('forced'),
      ],
    },
    battery,
    connectivity,
  ],
}
