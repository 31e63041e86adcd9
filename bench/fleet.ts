import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createCa } from './certificates.ts'
import type { FleetDevice } from './load/plan.ts'
import { progress } from './progress.ts'

/** All certificates of a run, the same for every server: what signs them, the server's own, and the devices'. */
export interface Fleet {
  readonly folder: string
  /** JSON array of the devices, for the processes of the generator. */
  readonly file: string
  readonly deviceCaFile: string
  readonly serverCaPem: string
  readonly serverCertFile: string
  readonly serverKeyFile: string
  readonly devices: readonly FleetEntry[]
  /** A certificate by the devices' CA with this common name: the proof that we hold its key. */
  readonly proofFor: (code: string) => Promise<string>
}

export interface FleetEntry extends FleetDevice {
  readonly fingerprint: string
}

/**
 * Makes the certificates of `count` devices, ECDSA P-256 like all others, in `folder`; those that an earlier run left
 * there are taken again, since 5,000 of them take ten seconds.
 */
export async function makeFleet(folder: string, count: number): Promise<Fleet> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, 'devices.json')
  const deviceCaFile = join(folder, 'device-ca.pem')
  const deviceCaKeyFile = join(folder, 'device-ca.key')
  const serverCaFile = join(folder, 'server-ca.pem')
  const serverCertFile = join(folder, 'server.pem')
  const serverKeyFile = join(folder, 'server.key')
  const write = (path: string, text: string) => writeFileSync(path, text, { mode: 0o600 })

  const isThere = [deviceCaFile, deviceCaKeyFile, serverCaFile, serverCertFile, serverKeyFile].every(
    existsSync,
  )
  const ca = isThere
    ? await createCa({
        certPem: readFileSync(deviceCaFile, 'utf8'),
        keyPem: readFileSync(deviceCaKeyFile, 'utf8'),
      })
    : await createCa('O=Quayside bench,CN=Bench Device CA')
  const devices: FleetEntry[] =
    isThere && existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as FleetEntry[]) : []
  if (!isThere) {
    const serverCa = await createCa('O=Quayside bench,CN=Bench Server CA')
    const server = await serverCa.issue('CN=localhost', 'server')
    write(deviceCaFile, ca.certPem)
    write(deviceCaKeyFile, ca.keyPem)
    write(serverCaFile, serverCa.certPem)
    write(serverCertFile, server.certPem)
    write(serverKeyFile, server.keyPem)
  }
  if (devices.length < count) {
    for (let index = devices.length; index < count; index++) {
      if (index % 250 === 0) progress(`certificates: ${index} of ${count}`)
      const deviceId = `bench-${String(index).padStart(5, '0')}`
      const certificate = await ca.issue(`O=Quayside bench,CN=${deviceId}`, 'client')
      devices.push({ deviceId, secret: 'a-secret-for-the-bench', ...certificate })
    }
    write(file, JSON.stringify(devices))
  }
  return {
    folder,
    file,
    deviceCaFile,
    serverCaPem: readFileSync(serverCaFile, 'utf8'),
    serverCertFile,
    serverKeyFile,
    devices,
    proofFor: async (code) => (await ca.issue(`CN=${code}`, 'client')).certPem,
  }
}
