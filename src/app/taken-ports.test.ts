import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { readConfig } from './config.ts'
import { refuseTakenPorts } from './taken-ports.ts'

const configOf = (env: Readonly<Record<string, string>>) =>
  readConfig(
    [],
    {
      QUAYSIDE_BIND: '127.0.0.1',
      QUAYSIDE_HTTP_PORT: '0',
      QUAYSIDE_HTTPS_PORT: '0',
      QUAYSIDE_MQTT_PORT: '0',
      QUAYSIDE_MQTTS_PORT: '0',
      ...env,
    },
    '/nonexistent',
  )

test('a port that another program has stops the start, even when that one shares it', async () => {
  const other = createServer()
  onTestFinished(() => void other.close())
  other.listen({ host: '127.0.0.1', port: 0, reusePort: process.platform === 'linux' })
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo

  await expect(refuseTakenPorts(configOf({ QUAYSIDE_MQTT_PORT: String(port) }))).rejects.toThrow(
    `Port ${port} is taken by another program; stop it, or set QUAYSIDE_MQTT_PORT`,
  )
})

test('one port for two listeners stops the start, and is told before whether another program has it', async () => {
  const other = createServer()
  onTestFinished(() => void other.close())
  other.listen({ host: '127.0.0.1', port: 0 })
  await once(other, 'listening')
  const port = String((other.address() as AddressInfo).port)
  const config = configOf({ QUAYSIDE_MQTT_PORT: port, QUAYSIDE_HTTP_PORT: port })

  await expect(refuseTakenPorts(config)).rejects.toThrow(
    `QUAYSIDE_HTTP_PORT and QUAYSIDE_MQTT_PORT are both ${port}`,
  )
})

test('an address that this machine does not have stops the start', async () => {
  const config = configOf({ QUAYSIDE_BIND: '192.0.2.1', QUAYSIDE_MQTT_PORT: '40001' })

  await expect(refuseTakenPorts(config)).rejects.toThrow('this machine has no address 192.0.2.1')
})

test('ports that are left to the system are not tried', async () => {
  await expect(refuseTakenPorts(configOf({}))).resolves.toBeUndefined()
})
