import { appendFileSync, chmodSync, existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../tests/support/temporary-folder.ts'
import { fleetFile } from './fleet.ts'

const head = {
  projectId: '0123456789abcdef0123456789abcdef',
  origin: 'http://127.0.0.1:8080',
  productId: 'sensor',
  ownsProduct: true,
  auth: 'secret',
  tag: 'abc',
} as const
const device = (number: number) => ({
  deviceId: `sensor_${number}`,
  credential: { kind: 'secret', secret: `secret-${number}` } as const,
})

function aFleet() {
  const file = fleetFile(join(temporaryFolder(), 'simulator'))
  file.begin(head)
  file.addCa({ certificateId: 'ca1', pem: 'pem', keyPem: 'key' })
  file.addDevices([device(1), device(2)])
  return { file, path: join(file.folder, 'fleet.jsonl') }
}

test('what a run made is read again by the next', () => {
  const { file } = aFleet()
  file.addDevices([device(3)])

  expect(file.read()).toMatchObject({
    ...head,
    ca: { certificateId: 'ca1' },
    devices: [device(1), device(2), device(3)],
  })
})

test('S10: keys are kept from others, and a file that others may read is refused', () => {
  const { file, path } = aFleet()

  expect(statSync(file.folder).mode & 0o777).toBe(0o700)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  chmodSync(path, 0o644)
  expect(() => file.read()).toThrow(`${path} can be read by others (mode 644); run: chmod 600 ${path}`)
})

test('a line that was cut off while it was written is passed over, a damaged one is named', () => {
  const { file, path } = aFleet()
  appendFileSync(path, '{"kind":"device","dev')
  expect(file.read()?.devices).toHaveLength(2)

  appendFileSync(path, '\n')
  expect(() => file.read()).toThrow('fleet.jsonl:5 is damaged')
})

test('where nothing was made there is nothing; what was removed is gone', () => {
  const { file } = aFleet()

  expect(fleetFile(temporaryFolder()).read()).toBeUndefined()
  file.remove()
  expect(existsSync(file.folder)).toBe(false)
})
