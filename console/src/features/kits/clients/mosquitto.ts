import { caFile, certificateFile, type ClientKit, keyFile, type KitFacts, reportFile } from '../kit-facts.ts'
import { shellWord } from './quote.ts'

/** `mosquitto_pub` of Eclipse Mosquitto, with what it sends either in the line or in the kit's file. */
function lineOf(facts: KitFacts, message: string, separator: string): string {
  const { host, port, clientId, deviceId, login, topic } = facts
  return [
    `mosquitto_pub -h ${shellWord(host)} -p ${port} --cafile ${caFile}`,
    ...(login ? [] : [`--cert ${certificateFile} --key ${keyFile}`]),
    `-i ${shellWord(clientId)} -u ${shellWord(deviceId)}${login ? ` -P ${shellWord(login.password)}` : ''}`,
    `-q 1 -t ${shellWord(topic)} ${message}`,
  ].join(separator)
}

/** One line for a shell in the folder of the kit's files; the report stands in it. */
export const mosquittoLine = (facts: KitFacts): string =>
  lineOf(facts, `-m ${shellWord(JSON.stringify(facts.report))}`, ' ')

export const mosquittoKit = (facts: KitFacts): ClientKit => ({
  install: 'sudo apt-get install -y mosquitto-clients',
  run: 'sh mosquitto/report.sh',
  files: [
    {
      path: 'mosquitto/report.sh',
      text: `#!/bin/sh
set -e
cd "$(dirname "$0")/.."
${lineOf(facts, `-f ${reportFile}`, ' \\\n  ')}
echo 'The platform has the report.'
`,
    },
  ],
})
