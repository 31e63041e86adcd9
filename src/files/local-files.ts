import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import { type Ids, parseDeviceId, parseProjectId, type ProjectId } from '../base/ids.ts'
import type { Clock } from '../base/instant.ts'
import type { Limits } from '../base/limits.ts'
import { Refusal } from '../base/refusal.ts'
import type { DeviceFile, FileGrant } from '../domain/file/device-file.ts'
import type { FileOwner } from '../domain/file/file-addresses.ts'
import { fileNameFault } from '../domain/file/file-name.ts'
import type { ObjectFolder } from '../objects/object-folder.ts'
import type { AddressSigner } from '../objects/signed-query.ts'
import {
  countDeviceFiles,
  findDeviceFileByName,
  saveDeviceFile,
  sumLocalFiles,
} from '../store/device-files.ts'
import { findDevice } from '../store/devices.ts'
import type { Store } from '../store/store.ts'
import { inTransaction } from '../store/transaction.ts'
import { parseRange } from './range.ts'

export interface LocalFilesDeps {
  readonly store: Store
  readonly clock: Clock
  readonly ids: Ids
  readonly limits: Pick<
    Limits,
    | 'fileBytesMax'
    | 'filesPerDeviceMax'
    | 'fileBytesPerProjectMax'
    | 'fileDiskReserveBytes'
    | 'uploadsMax'
    | 'uploadsPerDeviceMax'
  >
  readonly objects: ObjectFolder
  readonly signer: AddressSigner
}

export interface FileCall {
  readonly method: 'GET' | 'HEAD' | 'PUT'
  /** As it was sent, behind the prefix: `/{project_id}/{device_id}/{name}`, percent-encoded. */
  readonly path: string
  readonly query: string
  readonly headers: IncomingHttpHeaders
  readonly body: Readable
}

export interface FileReply {
  readonly status: 200 | 206
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Readable
}

/**
 * Answers what comes to a signed address of the data folder. Refuses by name: whoever has no good signature learns
 * nothing of what is there, and nothing of a body is read before it is good.
 */
export function createLocalFiles(deps: LocalFilesDeps): (call: FileCall) => Promise<FileReply> {
  const uploads = new Uploads(deps)
  return async (call) => {
    const { owner, grant } = await authorize(deps, call)
    return grant.method === 'PUT' ? uploads.put(owner, grant, call) : get(deps, owner, grant, call)
  }
}

async function authorize(
  { store, signer, clock }: LocalFilesDeps,
  { method, path, query }: FileCall,
): Promise<{ owner: FileOwner; grant: FileGrant }> {
  const place = parsePath(path)
  if (!place) throw new Refusal('file-address-wrong')
  const grant = signer.verify(query, { ...place, method: method === 'PUT' ? 'PUT' : 'GET' }, clock.now())
  if (grant === 'forged') throw new Refusal('file-address-wrong')
  if (grant === 'expired') throw new Refusal('file-address-expired')
  const owner = await findDevice(store, grant.projectId, grant.deviceId)
  if (!owner) throw new Refusal('device-not-found', { deviceId: grant.deviceId })
  return { owner, grant }
}

function parsePath(path: string): Pick<FileGrant, 'projectId' | 'deviceId' | 'name'> | undefined {
  let parts: string[]
  try {
    parts = path.split('/').map(decodeURIComponent)
  } catch {
    return undefined
  }
  const [, project = '', device = '', ...names] = parts
  const [projectId, deviceId, name] = [parseProjectId(project), parseDeviceId(device), names.join('/')]
  return projectId && deviceId && !fileNameFault(name) ? { projectId, deviceId, name } : undefined
}

async function get(
  { store, objects }: LocalFilesDeps,
  owner: FileOwner,
  { name }: FileGrant,
  { method, headers }: FileCall,
): Promise<FileReply> {
  const file = await findDeviceFileByName(store, owner.key, name)
  const content = file?.storage === 'local' ? await objects.open(file.key) : undefined
  if (!file || !content) throw new Refusal('file-not-found', { file: name })
  try {
    const range = parseRange(headers.range, file.size)
    if (range === 'unsatisfiable') throw new Refusal('file-range-wrong', { size: file.size })
    const { start, end } = range ?? { start: 0, end: file.size - 1 }
    const reply = {
      status: range ? 206 : 200,
      headers: {
        'content-type': 'application/octet-stream',
        'content-length': String(end - start + 1),
        'content-disposition': dispositionOf(file),
        'accept-ranges': 'bytes',
        ...(file.sha256 !== undefined && { etag: `"${file.sha256}"` }),
        ...(range && { 'content-range': `bytes ${start}-${end}/${file.size}` }),
      },
    } as const
    if (method === 'HEAD' || file.size === 0) {
      await content.close()
      return reply
    }
    return { ...reply, body: content.createReadStream({ start, end, autoClose: true }) }
  } catch (fault) {
    await content.close()
    throw fault
  }
}

/** RFC 6266: the name without its folders, in ASCII for old clients and in UTF-8. */
function dispositionOf({ name }: DeviceFile): string {
  const last = name.split('/').at(-1) ?? ''
  const plain = last.replace(/[^\x20-\x7e]|["\\%]/g, '_')
  const encoded = encodeURIComponent(last).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`)
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`
}

/** Uploads under way, and what they will take. */
class Uploads {
  private readonly deps: LocalFilesDeps
  private readonly ofDevice = new Map<string, number>()
  private readonly bytesOf = new Map<ProjectId, number>()
  private count = 0

  constructor(deps: LocalFilesDeps) {
    this.deps = deps
  }

  async put(owner: FileOwner, grant: FileGrant, { headers, body }: FileCall): Promise<FileReply> {
    const { limits } = this.deps
    const size = announcedSize(headers)
    if (size > limits.fileBytesMax) throw new Refusal('file-too-large', { size, limit: limits.fileBytesMax })
    if (grant.size !== undefined && grant.size !== size)
      throw new Refusal('file-size-wrong', { announced: grant.size, size })
    const running = this.ofDevice.get(owner.deviceId) ?? 0
    if (this.count >= limits.uploadsMax || running >= limits.uploadsPerDeviceMax)
      throw new Refusal('uploads-too-many', { seconds: 5 })
    const { projectId, deviceId } = owner
    const add = (sign: 1 | -1): void => {
      this.count += sign
      bump(this.ofDevice, deviceId, sign)
      bump(this.bytesOf, projectId, sign * size)
    }
    add(1)
    try {
      await this.checkRoom(owner, grant.name)
      return await this.write(owner, grant, size, body)
    } finally {
      add(-1)
    }
  }

  private async checkRoom(owner: FileOwner, name: string): Promise<void> {
    const { store, limits, objects } = this.deps
    const before = await findDeviceFileByName(store, owner.key, name)
    if (!before && (await countDeviceFiles(store, owner.key)) >= limits.filesPerDeviceMax)
      throw new Refusal('files-too-many', { limit: limits.filesPerDeviceMax })
    const taken = await sumLocalFiles(store, owner.projectId)
    // With what is on its way, this one included; the one that it takes the place of stays until then.
    if (taken + (this.bytesOf.get(owner.projectId) ?? 0) > limits.fileBytesPerProjectMax)
      throw new Refusal('file-quota', { limit: limits.fileBytesPerProjectMax })
    // The log needs the disk more: without it no report is acknowledged. All that is on its way will be there, too.
    const onTheirWay = [...this.bytesOf.values()].reduce((sum, bytes) => sum + bytes, 0)
    if ((await objects.freeBytes()) < onTheirWay + limits.fileDiskReserveBytes)
      throw new Refusal('file-disk-full')
  }

  private async write(owner: FileOwner, grant: FileGrant, size: number, body: Readable): Promise<FileReply> {
    const { store, clock, ids, objects } = this.deps
    const key = ids.rowKey()
    const { sha256: announced, name } = grant
    const written = await objects.write(key, body, {
      size,
      ...(announced !== undefined && { sha256: announced }),
    })
    if (written.kind === 'mismatch')
      throw written.what === 'size'
        ? new Refusal('file-size-wrong', { announced: size, size: Number(written.seen) })
        : new Refusal('file-hash-wrong', { announced: announced ?? '', seen: written.seen })
    const { projectId, deviceId } = owner
    const { sha256 } = written
    const file = {
      key,
      projectId,
      deviceId,
      name,
      size,
      sha256,
      storage: 'local',
      uploadedAt: clock.now(),
    } as const
    let before: DeviceFile | undefined
    try {
      before = await inTransaction(store, async (tx) => {
        const same = await findDevice(tx, projectId, deviceId)
        if (same?.key !== owner.key) throw new Refusal('device-not-found', { deviceId })
        return saveDeviceFile(tx, owner.key, file)
      })
    } catch (fault) {
      await objects.remove(key)
      throw fault
    }
    if (before?.storage === 'local') await objects.remove(before.key)
    return { status: 200, headers: { etag: `"${sha256}"`, 'content-length': '0' } }
  }
}

function announcedSize(headers: IncomingHttpHeaders): number {
  const length = headers['content-length'] ?? ''
  if (!/^\d{1,15}$/.test(length)) throw new Refusal('file-length-missing')
  return Number(length)
}

function bump<K>(counts: Map<K, number>, key: K, by: number): void {
  const now = (counts.get(key) ?? 0) + by
  if (now === 0) counts.delete(key)
  else counts.set(key, now)
}
