import { hostPort } from '../../../lib/format.ts'
import { caFile, certificateFile, type ClientKit, keyFile, type KitFacts, reportFile } from '../kit-facts.ts'

/** MQTT.js 5. */
export function nodejsKit({ host, port, clientId, deviceId, login, topic }: KitFacts): ClientKit {
  const text = (value: string): string => JSON.stringify(value)
  const proof = login
    ? `  password: ${text(login.password)},`
    : `  cert: await file(${text(certificateFile)}),
  key: await file(${text(keyFile)}),`
  return {
    install: '(cd nodejs && npm install)',
    run: 'node nodejs/report.js',
    files: [
      {
        path: 'nodejs/package.json',
        text: `${JSON.stringify(
          {
            name: 'report',
            version: '1.0.0',
            private: true,
            type: 'module',
            dependencies: { mqtt: '^5.0.0' },
          },
          undefined,
          2,
        )}\n`,
      },
      {
        path: 'nodejs/report.js',
        text: `import { readFile } from 'node:fs/promises'
import mqtt from 'mqtt'

const file = (name) => readFile(new URL(\`../\${name}\`, import.meta.url))

const options = {
  clientId: ${text(clientId)},
  username: ${text(deviceId)},
${proof}
  ca: await file(${text(caFile)}),
}
const client = await mqtt.connectAsync(${text(`mqtts://${hostPort(host, port)}`)}, options, false)
await client.publishAsync(${text(topic)}, await file(${text(reportFile)}), { qos: 1 })
console.log('The platform has the report.')
await client.endAsync()
`,
      },
    ],
  }
}
