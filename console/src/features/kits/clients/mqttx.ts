import { caFile, certificateFile, type ClientKit, keyFile, type KitFacts } from '../kit-facts.ts'

/** An export of MQTTX 1.x with one connection (Connections > Import Data). Files are named by path: it cannot hold PEM. */
export function mqttxKit({ folder, ...facts }: KitFacts): ClientKit {
  const { host, port, clientId, deviceId, login } = facts
  const separator = folder?.includes('\\') ? '\\' : '/'
  const pathOf = (name: string): string =>
    folder === undefined ? name : `${folder.replace(/[\\/]+$/, '')}${separator}${name}`
  const connection = {
    name: deviceId,
    clientId,
    clientIdWithTime: false,
    protocol: 'mqtts',
    host,
    port,
    path: '/mqtt',
    username: deviceId,
    password: login?.password ?? '',
    mqttVersion: '3.1.1',
    clean: true,
    keepalive: 60,
    connectTimeout: 10,
    reconnect: false,
    ssl: true,
    certType: 'self',
    rejectUnauthorized: true,
    ca: pathOf(caFile),
    cert: login ? '' : pathOf(certificateFile),
    key: login ? '' : pathOf(keyFile),
    unreadMessageCount: 0,
    messages: [],
    subscriptions: [],
  }
  return {
    files: [{ path: 'mqttx/connection.json', text: `${JSON.stringify([connection], undefined, 2)}\n` }],
  }
}
