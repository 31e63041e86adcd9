/*
 * The consumer of the pipeline that a user would build: MQTT.js, and SQLite with a transaction for what came meanwhile.
 * It parses a report and stores it as one row; it checks nothing. Arguments: the broker's port, the database's file.
 */
import mqtt from 'mqtt'
import { DatabaseSync } from 'node:sqlite'

const BATCH_MILLIS = 10
const BATCH_ROWS_MAX = 1000

const [, , port = '', file = ''] = process.argv
const db = new DatabaseSync(file)
db.exec('PRAGMA journal_mode = WAL')
db.exec('PRAGMA synchronous = FULL')
db.exec('CREATE TABLE report (device_id TEXT NOT NULL, received_at INTEGER NOT NULL, services TEXT NOT NULL)')
db.exec('CREATE INDEX report_of_device ON report (device_id, received_at)')
const insert = db.prepare('INSERT INTO report (device_id, received_at, services) VALUES (?, ?, ?)')

let waiting: { deviceId: string; at: number; services: string }[] = []
let timer: NodeJS.Timeout | undefined
let stored = 0

function flush(): void {
  clearTimeout(timer)
  timer = undefined
  if (waiting.length === 0) return
  db.exec('BEGIN')
  for (const { deviceId, at, services } of waiting) insert.run(deviceId, at, services)
  db.exec('COMMIT')
  stored += waiting.length
  waiting = []
}

const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { clientId: 'consumer', clean: true })
client.on('message', (topic, payload) => {
  const { services } = JSON.parse(payload.toString()) as { services: unknown }
  waiting.push({ deviceId: topic.split('/')[2] ?? '', at: Date.now(), services: JSON.stringify(services) })
  if (waiting.length >= BATCH_ROWS_MAX) flush()
  else timer ??= setTimeout(flush, BATCH_MILLIS)
})
await client.subscribeAsync('$oc/devices/+/sys/properties/report', { qos: 1 })

process.on('message', () => void process.send?.(stored))
process.on('SIGTERM', () => process.exit(0))
process.on('disconnect', () => process.exit(0))
process.send?.('ready')
