import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { StreamRequest } from '../../src/api/route.ts'
import { createIds } from '../../src/base/ids.ts'
import { type Limits, limits } from '../../src/base/limits.ts'
import type { Device } from '../../src/domain/device/device.ts'
import type { DeviceFiles } from '../../src/domain/file/file-addresses.ts'
import { createFiles, sweepFiles } from '../../src/files/files.ts'
import { createLocalFiles } from '../../src/files/local-files.ts'
import { type ObjectFolder, openObjectFolder } from '../../src/objects/object-folder.ts'
import { createAddressSigner } from '../../src/objects/signed-query.ts'
import { listDeviceFiles } from '../../src/store/device-files.ts'
import { deleteDevice, insertDevice } from '../../src/store/devices.ts'
import { insertProduct } from '../../src/store/products.ts'
import { insertSpace } from '../../src/store/spaces.ts'
import { type PlatformApi, startPlatformApi } from '../support/platform-api.ts'

const PREFIX = '/quayside/objects'
let platform: PlatformApi
let folder: string
let objects: ObjectFolder
let files: DeviceFiles
let serve: ReturnType<typeof createLocalFiles>
let device: Device
let other: Device

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'quayside-files-'))
  platform = await startPlatformApi({
    limits: { refusedUploadMillisMax: 200 },
    options: { streams: { prefix: PREFIX, run: (call: StreamRequest) => serve(call) } },
  })
  objects = await openObjectFolder(join(folder, 'objects'))
})
afterAll(async () => {
  await platform.close()
  rmSync(folder, { recursive: true, force: true })
})

function open(over: Partial<Limits> = {}, disk: Partial<ObjectFolder> = {}): void {
  const deps = {
    store: platform.store,
    clock: platform.clock,
    ids: createIds(platform.clock),
    limits: { ...limits, fileDiskReserveBytes: 0, ...over },
    objects: { ...objects, ...disk },
    signer: createAddressSigner(new Uint8Array(32).fill(5)),
  }
  serve = createLocalFiles(deps)
  files = createFiles({ ...deps, baseUrl: () => `${platform.origin}${PREFIX}` })
}

beforeEach(async () => {
  open()
  const { build, store } = platform
  const space = build.aSpace(build.aProject({ projectId: platform.projectId }))
  const product = build.aProduct(space)
  await insertSpace(store, space)
  await insertProduct(store, product)
  device = build.aDevice(product)
  other = build.aDevice(product)
  await insertDevice(store, device)
  await insertDevice(store, other)
})

/** Status, headers and body of a real curl. */
async function curl(...args: string[]): Promise<{ status: number; head: string; body: Buffer }> {
  const out = join(folder, 'out')
  const head = join(folder, 'head')
  rmSync(out, { force: true })
  const status = await new Promise<number>((resolve, reject) =>
    execFile(
      'curl',
      ['-sS', '--max-time', '20', '-o', out, '-D', head, '-w', '%{http_code}', ...args],
      (fault, stdout) =>
        stdout === '000' ? reject(new Error('no answer', { cause: fault })) : resolve(Number(stdout)),
    ),
  )
  return {
    status,
    head: readFileSync(head, 'latin1').toLowerCase(),
    body: statSync(out, { throwIfNoEntry: false }) ? readFileSync(out) : Buffer.alloc(0),
  }
}

function fileWith(content: Buffer): string {
  const path = join(folder, 'content')
  writeFileSync(path, content)
  return path
}

const put = (url: string, content: Buffer, ...args: string[]) =>
  curl('-T', fileWith(content), '-H', 'Content-Type: text/plain', ...args, url)
const listed = async (of: Device = device) => listDeviceFiles(platform.store, of.key, { limit: 10 })
const downloadUrl = async (name: string, of: Device = device) =>
  (await files.downloadAddress(of, name)).address.url
const codeOf = ({ body }: { body: Buffer }): string =>
  (JSON.parse(body.toString()) as { error_code: string }).error_code
const onDisk = (): string[] =>
  readdirSync(join(folder, 'objects'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    statSync(join(folder, 'objects', name)).isFile(),
  )

describe('upload and download (device protocol §3.8.6)', () => {
  test('a device puts with Content-Type text/plain, gets 200, and reads the same bytes back', async () => {
    const content = randomBytes(3_000_000)
    const sha256 = createHash('sha256').update(content).digest('hex')
    const { url, objectName, bucket } = files.uploadAddress(device, {
      name: 'trace.log',
      size: content.length,
      sha256,
    })

    const answer = await put(url, content)

    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/quayside\/objects\/[^?]+\/trace\.log\?/)
    expect([objectName, bucket]).toEqual([`${device.deviceId}/trace.log`, platform.projectId])
    expect(answer.status).toBe(200)
    expect(answer.head).toContain('content-length: 0')
    expect(await listed()).toMatchObject([
      { name: 'trace.log', size: content.length, sha256, storage: 'local' },
    ])
    const back = await curl(await downloadUrl('trace.log'))
    expect(back.status).toBe(200)
    expect(back.head).toContain(`content-length: ${content.length}`)
    expect(back.head).not.toContain('transfer-encoding')
    expect(back.head).toContain('content-disposition: attachment; filename="trace.log"')
    expect(back.body.equals(content)).toBe(true)
  })

  test('a range, a head, a range beyond the end', async () => {
    await put(files.uploadAddress(device, { name: 'a' }).url, Buffer.from('0123456789'))
    const url = await downloadUrl('a')

    const part = await curl('-r', '2-5', url)
    const head = await curl('-I', url)
    const beyond = await curl('-r', '10-', url)

    expect([part.status, part.body.toString()]).toEqual([206, '2345'])
    expect(part.head).toContain('content-range: bytes 2-5/10')
    expect([head.status, head.body.length]).toEqual([200, head.body.length])
    expect(head.head).toContain('content-length: 10')
    expect([beyond.status, codeOf(beyond)]).toEqual([416, 'QS.file-range-wrong'])
  })

  test('an empty file, and names with folders, spaces and Chinese', async () => {
    for (const name of ['empty', 'logs/2026 11/追踪 (1)+.log', 'x'.repeat(512), '追'.repeat(300)]) {
      const content = Buffer.from(name === 'empty' ? '' : name)
      const answer = await put(files.uploadAddress(device, { name }).url, content, '--path-as-is')
      const back = await curl(await downloadUrl(name))

      expect([answer.status, back.status, back.body.toString()]).toEqual([200, 200, content.toString()])
    }
  })

  test('a second upload of a name takes the place of the first, and its content goes', async () => {
    const before = onDisk().length
    const { url } = files.uploadAddress(device, { name: 'a' })

    await put(url, Buffer.from('one'))
    await put(url, Buffer.from('second'))

    expect(await listed()).toMatchObject([{ name: 'a', size: 6 }])
    expect(onDisk()).toHaveLength(before + 1)
    expect((await curl(await downloadUrl('a'))).body.toString()).toBe('second')
  })

  test('of what is not there a GET says 404, and the answer to a HEAD has no body', async () => {
    expect(await curl(await downloadUrl('nothing'))).toMatchObject({ status: 404 })
    expect(await curl('-I', await downloadUrl('nothing'))).toMatchObject({ status: 404 })
  })

  test('deleted: content and row are gone', async () => {
    const before = onDisk().length
    await put(files.uploadAddress(device, { name: 'a' }).url, Buffer.from('one'))
    const [file] = await listed()

    expect(file && (await files.remove(device, file))).toBe(true)

    expect(file && (await files.remove(device, file))).toBe(false)
    expect(await listed()).toEqual([])
    expect(onDisk()).toHaveLength(before)
  })
})

describe('what is refused leaves nothing behind', () => {
  const expectNothing = async (): Promise<void> => {
    expect(await listed()).toEqual([])
    expect(readdirSync(join(folder, 'objects', 'incoming'))).toEqual([])
  }

  test('S3: an address of another file, device or method, or one that was changed', async () => {
    const mine = files.uploadAddress(device, { name: 'a' }).url
    const get = await downloadUrl('a')
    const tries = [
      mine.replace('/a?', '/b?'),
      mine.replace(device.deviceId, other.deviceId),
      mine.replace(platform.projectId, platform.otherProjectId),
      mine.replace(/signature=./, 'signature=z'),
      mine.replace(/expires=\d/, 'expires=9'),
      mine.replace(/\?.*/, ''),
      get,
    ]
    for (const url of tries) {
      const answer = await put(url, Buffer.from('x'))
      expect([answer.status, codeOf(answer)]).toEqual([403, 'QS.file-address-wrong'])
    }
    expect(codeOf(await curl(mine))).toBe('QS.file-address-wrong')
    await expectNothing()
  })

  test.each(['..', '.', '%2e%2e', '..%2f..%2fetc%2fpasswd', 'a%00b', 'a//b', '%', '%ff', '', 'a%5cb'])(
    'S11: %j is no way out of the store',
    async (path) => {
      const base = files.uploadAddress(device, { name: 'a' }).url
      const [start, query] = base.split('?')

      const answer = await put(`${start?.replace(/a$/, path)}?${query}`, Buffer.from('x'), '--path-as-is')

      expect(answer.status).toBeGreaterThanOrEqual(400)
      expect(answer.status).toBeLessThan(405)
      await expectNothing()
    },
  )

  test('an address whose time is over', async () => {
    const { url } = files.uploadAddress(device, { name: 'a' })
    platform.clock.advance(limits.fileAddressMillis)

    const answer = await put(url, Buffer.from('x'))

    expect([answer.status, codeOf(answer)]).toEqual([403, 'QS.file-address-expired'])
    await expectNothing()
  })

  test('R2: another size or content than announced', async () => {
    const sha256 = createHash('sha256').update('right').digest('hex')
    const size = await put(files.uploadAddress(device, { name: 'a', size: 4 }).url, Buffer.from('right'))
    const hash = await put(files.uploadAddress(device, { name: 'a', sha256 }).url, Buffer.from('wrong'))

    expect([size.status, codeOf(size)]).toEqual([400, 'QS.file-size-wrong'])
    expect([hash.status, codeOf(hash)]).toEqual([400, 'QS.file-hash-wrong'])
    await expectNothing()
  })

  test('S11: no length, too long a file, too many files, too much of a project, too little disk', async () => {
    const { url } = files.uploadAddress(device, { name: 'a' })
    const chunked = await put(url, Buffer.from('x'), '-H', 'Transfer-Encoding: chunked')
    expect([chunked.status, codeOf(chunked)]).toEqual([411, 'QS.file-length-missing'])

    const cases = [
      [{ fileBytesMax: 3 }, 413, 'QS.file-too-large'],
      [{ filesPerDeviceMax: 0 }, 507, 'QS.files-too-many'],
      [{ fileBytesPerProjectMax: 3 }, 507, 'QS.file-quota'],
      [{ fileDiskReserveBytes: Number.MAX_SAFE_INTEGER }, 507, 'QS.file-disk-full'],
      [{ uploadsMax: 0 }, 503, 'QS.uploads-too-many'],
      [{ uploadsPerDeviceMax: 0 }, 503, 'QS.uploads-too-many'],
    ] as const
    for (const [bounds, status, code] of cases) {
      open(bounds)
      const answer = await put(url, Buffer.from('four'))
      expect([answer.status, codeOf(answer)]).toEqual([status, code])
    }
    await expectNothing()
  })

  test('R2: what is still on its way counts for the disk as if it were there', async () => {
    open({}, { freeBytes: () => Promise.resolve(1500) })
    const { pathname, search, port } = new URL(files.uploadAddress(device, { name: 'a' }).url)
    const first = connect(Number(port), '127.0.0.1')
    await new Promise<void>((resolve) => first.once('connect', resolve))
    const begun = new Promise<void>((resolve) => {
      const inner = serve
      serve = (call) => {
        resolve()
        return inner(call)
      }
    })
    first.write(`PUT ${pathname}${search} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf`)
    await begun

    const second = await put(files.uploadAddress(other, { name: 'b' }).url, Buffer.alloc(1000))
    expect([second.status, codeOf(second)]).toEqual([507, 'QS.file-disk-full'])

    first.write(Buffer.alloc(996))
    const answer = await new Promise<Buffer>((resolve) => first.once('data', resolve))
    first.destroy()
    expect(answer.toString()).toMatch(/^HTTP\/1.1 200 /)
    const third = await put(files.uploadAddress(other, { name: 'b' }).url, Buffer.alloc(1000))
    expect(third.status).toBe(200)
  })

  test('whoever is refused in the middle of a long upload can read why', async () => {
    open({ fileBytesMax: 3 })

    const answer = await put(files.uploadAddress(device, { name: 'a' }).url, Buffer.alloc(8_000_000))

    expect([answer.status, codeOf(answer)]).toEqual([413, 'QS.file-too-large'])
  })

  test('R2: an upload that breaks off', async () => {
    const { url } = files.uploadAddress(device, { name: 'a' })
    const { pathname, search, port } = new URL(url)
    let ended: () => void = () => undefined
    const whenServed = new Promise<void>((resolve) => (ended = resolve))
    const inner = serve
    serve = (call) => inner(call).finally(ended)
    const socket = connect(Number(port), '127.0.0.1')

    socket.write(`PUT ${pathname}${search} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf`, () =>
      socket.destroy(),
    )
    await whenServed

    await expectNothing()
  })

  test('S16: the device was deleted meanwhile', async () => {
    const { url } = files.uploadAddress(device, { name: 'a' })
    const { store } = platform
    await deleteDevice(store, platform.projectId, device.deviceId)

    const answer = await put(url, Buffer.from('x'))

    expect([answer.status, codeOf(answer)]).toEqual([404, 'QS.device-not-found'])
  })
})

describe('slow senders (safety R11)', () => {
  let slow: PlatformApi
  beforeAll(async () => {
    slow = await startPlatformApi({
      limits: { httpRequestMillisMax: 200, uploadIdleMillisMax: 200 },
      options: { streams: { prefix: PREFIX, run: (call: StreamRequest) => serve(call) } },
    })
  })
  afterAll(() => slow.close())

  /** What comes back on a connection that never sends the rest of its body. */
  const answerTo = (head: string): Promise<string> =>
    new Promise((resolve) => {
      let answer = ''
      const socket = connect(Number(new URL(slow.origin).port), '127.0.0.1')
      socket.on('error', () => undefined) // A reset is a cut, too.
      socket.on('data', (chunk: Buffer) => (answer += chunk.toString()))
      socket.on('close', () => resolve(answer))
      socket.write(`${head} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf`)
    })

  test('an ordinary call whose body does not come in time is answered 408, and its connection ends', async () => {
    expect(await answerTo('POST /v3/auth/tokens')).toMatch(/^HTTP\/1.1 408 /)
  })

  test('an upload may take longer, but not stand still: then it is cut, and nothing is left of it', async () => {
    const { pathname, search } = new URL(files.uploadAddress(device, { name: 'a' }).url)

    expect(await answerTo(`PUT ${pathname}${search}`)).toBe('')

    expect(await listed()).toEqual([])
    await expect.poll(() => readdirSync(join(folder, 'objects', 'incoming'))).toEqual([])
  })
})

test('S16: the files of a deleted device go: rows at once, contents with the next sweep', async () => {
  await put(files.uploadAddress(device, { name: 'a' }).url, Buffer.from('one'))
  await put(files.uploadAddress(other, { name: 'a' }).url, Buffer.from('two'))
  const before = onDisk().length
  await deleteDevice(platform.store, platform.projectId, device.deviceId)
  const deps = { store: platform.store, objects }

  expect(await sweepFiles(deps, platform.clock.now() - 1)).toBe(0)
  expect(await sweepFiles(deps, platform.clock.now() + 60_000)).toBeGreaterThan(0)

  expect(onDisk().length).toBeLessThan(before)
  expect((await curl(await downloadUrl('a', other))).body.toString()).toBe('two')
})
