import { caFile, certificateFile, type ClientKit, keyFile, type KitFacts, reportFile } from '../kit-facts.ts'

/** paho-mqtt 1.6, as Debian 12 has it, and 2.x. */
export function pythonKit({ host, port, clientId, deviceId, login, topic }: KitFacts): ClientKit {
  // A string of JSON without a `\/` is one of Python.
  const text = (value: string): string => JSON.stringify(value)
  const tls = [
    `ca_certs=str(folder / ${text(caFile)})`,
    ...(login
      ? []
      : [`certfile=str(folder / ${text(certificateFile)})`, `keyfile=str(folder / ${text(keyFile)})`]),
  ]
  return {
    install: 'sudo apt-get install -y python3-paho-mqtt',
    run: '/usr/bin/python3 python/report.py',
    files: [
      {
        path: 'python/report.py',
        text: `import sys
from pathlib import Path

import paho.mqtt.client as mqtt

HOST = ${text(host)}
PORT = ${port}
CLIENT_ID = ${text(clientId)}
USER_NAME = ${text(deviceId)}
PASSWORD = ${login ? text(login.password) : 'None'}
TOPIC = ${text(topic)}

folder = Path(__file__).resolve().parent.parent
report = (folder / ${text(reportFile)}).read_bytes()
failure = "The platform did not take the report."


def on_connect(client, userdata, flags, reason, properties=None):
    global failure
    if reason != 0:
        failure = f"The platform refused the connection: {reason}"
        client.disconnect()
        return
    client.publish(TOPIC, report, qos=1)


def on_publish(client, userdata, mid, reason=None, properties=None):
    global failure
    failure = None
    print("The platform has the report.")
    client.disconnect()


# Version 2 of paho-mqtt wants to be told how its callbacks look; version 1 does not know the question.
version = getattr(mqtt, "CallbackAPIVersion", None)
client = mqtt.Client(*([version.VERSION2] if version else []), client_id=CLIENT_ID)
client.username_pw_set(USER_NAME, PASSWORD)
client.tls_set(${tls.join(', ')})
client.on_connect = on_connect
client.on_publish = on_publish
client.connect(HOST, PORT, keepalive=60)
client.loop_forever()
sys.exit(failure)
`,
      },
    ],
  }
}
