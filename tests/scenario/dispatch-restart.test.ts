import { expect, onTestFinished, test } from 'vitest'
import { connectDevice, requestIdOf } from '../support/listening-device.ts'
import { startQuayside } from '../support/quayside.ts'
import { registerDevice, registerProduct } from '../support/registered-device.ts'

test('safety R5: kill -9 loses no message and no command that waits, and sends none of them twice', async () => {
  let quayside = await startQuayside()
  onTestFinished(() => quayside.dispose())
  const product = await registerProduct(quayside)
  const device = await registerDevice(quayside, product, 'lamp')
  const path = `/v5/iot/{project}/devices/${device.deviceId}`
  for (let n = 1; n <= 5; n++) {
    await quayside.api('POST', `${path}/messages`, { message: `${n}`, payload_format: 'raw' })
    await quayside.api('POST', `${path}/async-commands`, { paras: { n }, send_strategy: 'delay' })
  }
  await quayside.kill()
  quayside = await quayside.restart()

  const connected = await connectDevice(quayside, device, 4)
  const received = []
  for (let n = 0; n < 10; n++) received.push(await connected.next())

  expect(received.slice(0, 5).map(({ text }) => text)).toEqual(['1', '2', '3', '4', '5'])
  expect(received.slice(5).map(({ text }) => JSON.parse(text))).toEqual(
    [1, 2, 3, 4, 5].map((n) => ({ paras: { n } })),
  )
  await expect
    .poll(async () => (await quayside.api('GET', `${path}/async-commands?status=SENT`)).body.page.count)
    .toBe(5)

  await quayside.kill()
  quayside = await quayside.restart()
  const again = await connectDevice(quayside, device, 4)
  const { body } = await quayside.api('POST', `${path}/messages`, { message: 'last', payload_format: 'raw' })
  expect(body.result.status).toBe('DELIVERED')

  expect((await again.next()).text).toBe('last')
  expect(again.left()).toEqual([])
  // A command that was sent before the crash may be answered after it.
  const [command] = received.slice(5)
  const requestId = command ? requestIdOf(command) : ''
  const topic = `$oc/devices/${device.deviceId}/sys/commands/response/request_id=${requestId}`
  await again.client.publishAsync(topic, '{}', { qos: 1 })
  await expect
    .poll(async () => (await quayside.api('GET', `${path}/async-commands/${requestId}`)).body.status)
    .toBe('SUCCESSFUL')
  await again.end()
})
