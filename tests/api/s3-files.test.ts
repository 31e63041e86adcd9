import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createIds } from '../../src/base/ids.ts'
import { type Limits, limits } from '../../src/base/limits.ts'
import type { Device } from '../../src/domain/device/device.ts'
import type { DeviceFiles } from '../../src/domain/file/file-addresses.ts'
import { createFiles } from '../../src/files/files.ts'
import { openObjectFolder } from '../../src/objects/object-folder.ts'
import { createAddressSigner } from '../../src/objects/signed-query.ts'
import { listDeviceFiles } from '../../src/store/device-files.ts'
import { insertDevice } from '../../src/store/devices.ts'
import { insertProduct } from '../../src/store/products.ts'
import { insertSpace } from '../../src/store/spaces.ts'
import { type PlatformApi, startPlatformApi } from '../support/platform-api.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/* What an S3-compatible storage answers to presigned addresses; that these are signed rightly is tested beside them. */

let platform: PlatformApi
let storage: Server
let status: number
const stored = new Map<string, string>()
let device: Device

beforeAll(async () => {
  platform = await startPlatformApi()
  storage = createServer((request, response) => {
    const key = decodeURIComponent((request.url ?? '').split('?')[0] ?? '')
    const content = stored.get(key)
    if (status !== 200) return void response.writeHead(status).end()
    if (request.method === 'PUT') {
      let body = ''
      request.on('data', (chunk: Buffer) => (body += chunk.toString()))
      request.on('end', () => {
        stored.set(key, body)
        response.end()
      })
    } else if (content === undefined) response.writeHead(404).end()
    else if (request.method === 'DELETE') {
      stored.delete(key)
      response.writeHead(204).end()
    } else response.writeHead(200, { 'content-length': content.length }).end(content)
  })
  await new Promise<void>((resolve) => storage.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  storage.close()
  await platform.close()
})

async function open(endpoint: string, bounds: Partial<Limits> = {}): Promise<DeviceFiles> {
  return createFiles({
    ...{ store: platform.store, clock: platform.clock, ids: createIds(platform.clock) },
    limits: { ...limits, ...bounds },
    objects: await openObjectFolder(join(temporaryFolder(), 'objects')),
    signer: createAddressSigner(new Uint8Array(32)),
    baseUrl: () => 'https://localhost:1',
    s3: { endpoint, bucket: 'files', region: 'us-east-1', accessKey: 'key', secretKey: 'secret' },
  })
}
const endpoint = () => `http://127.0.0.1:${(storage.address() as AddressInfo).port}`
const listed = () => listDeviceFiles(platform.store, device.key, { limit: 10 })

beforeEach(async () => {
  status = 200
  stored.clear()
  const { build, store } = platform
  const space = build.aSpace(build.aProject({ projectId: platform.projectId }))
  const product = build.aProduct(space)
  await insertSpace(store, space)
  await insertProduct(store, product)
  device = build.aDevice(product)
  await insertDevice(store, device)
})

test('a file is known when the device says that it has uploaded it, comes down from there, and is deleted there', async () => {
  const files = await open(endpoint())
  const upload = files.uploadAddress(device, { name: 'a b.log' })
  expect(upload).toMatchObject({ bucket: 'files', objectName: `${device.deviceId}/a b.log` })
  expect(await files.recordUpload(device, 'a b.log')).toBe('missing')

  expect((await fetch(upload.url, { method: 'PUT', body: 'hello' })).status).toBe(200)
  expect(await files.recordUpload(device, 'a b.log')).toBe('there')

  const [file] = await listed()
  expect(file).toMatchObject({ name: 'a b.log', size: 5, storage: 's3' })
  const { address } = await files.downloadAddress(device, 'a b.log')
  expect(await (await fetch(address.url)).text()).toBe('hello')
  expect([...stored.keys()]).toEqual([`/files/${platform.projectId}/${device.deviceId}/a b.log`])
  expect(file && (await files.remove(device, file))).toBe(true)
  expect([stored.size, await listed()]).toEqual([0, []])
})

test('S11: a device has so many files there, too; one of these may come again', async () => {
  const files = await open(endpoint(), { filesPerDeviceMax: 1 })
  for (const name of ['a', 'b'])
    await fetch(files.uploadAddress(device, { name }).url, { method: 'PUT', body: 'hello' })

  expect(await files.recordUpload(device, 'a')).toBe('there')
  expect(await files.recordUpload(device, 'b')).toBe('too-many')
  expect(await files.recordUpload(device, 'a')).toBe('there')
  expect(await listed()).toHaveLength(1)
})

test('a storage that does not answer, or refuses: nothing is known, nothing is deleted', async () => {
  const files = await open(endpoint())
  const nowhere = await open('http://127.0.0.1:1')
  await fetch(files.uploadAddress(device, { name: 'a' }).url, { method: 'PUT', body: 'hello' })
  await files.recordUpload(device, 'a')
  const [file] = await listed()
  status = 403

  for (const each of [files, nowhere]) {
    expect(await each.recordUpload(device, 'a')).toBe('unreachable')
    expect(await each.recordUpload(device, 'b')).toBe('unreachable')
    await expect(file && each.remove(device, file)).rejects.toThrow('storage of files cannot be reached')
  }
  expect(await listed()).toEqual([file])
})
