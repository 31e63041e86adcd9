import { caFile, certificateFile, type ClientKit, keyFile, type KitFacts } from '../kit-facts.ts'

/** What stands in which field of MQTT.fx, under the names it has there (guide S99–S111). */
export function mqttfxValues(facts: KitFacts): readonly (readonly [string, string])[] {
  const { host, port, clientId, deviceId, login, topic } = facts
  return [
    ['Broker Address', host],
    ['Broker Port', String(port)],
    ['Client ID', clientId],
    ['User Name', deviceId],
    ['Password', login?.password ?? ''],
    ['CA File', caFile],
    ...(login
      ? []
      : ([
          ['Client Certificate File', certificateFile],
          ['Client Key File', keyFile],
        ] as const)),
    ['Publish', topic],
  ]
}

export const mqttfxKit = (facts: KitFacts): ClientKit => ({
  files: [
    {
      path: 'mqttfx/values.txt',
      text: mqttfxValues(facts)
        .map(([field, value]) => `${field}: ${value}\n`)
        .join(''),
    },
  ],
})
