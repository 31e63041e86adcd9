import { fork } from 'node:child_process'
import { createHash, createPrivateKey, X509Certificate } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { hostname, networkInterfaces } from 'node:os'
import { isIP } from 'node:net'
import { join } from 'node:path'
import type { Clock, Instant } from '../base/instant.ts'
import type { ServerCertificateFacts } from '../operations/operation.ts'
import { ConfigError } from './config.ts'
import { refuseOpenFile, writePrivateFile } from './data-folder.ts'
import type { Issued, ServerKeyKind } from './issue-certificates.ts'
import type { IssueTask } from './issue-process.ts'

/** What a TLS server needs: keys and certificates side by side, ECDSA first. PEM. */
export interface ServerIdentity {
  readonly keys: readonly string[]
  readonly certificates: readonly string[]
}

/** The CA that devices must trust (the guide's "Obtaining Resources"). */
export interface PlatformCa {
  readonly pem: string
  readonly sha256: string
  readonly subject: string
  readonly expiresAt: Instant
}

const dayMillis = 24 * 3_600_000
/** A server certificate is made anew when less than this is left. */
const renewBeforeMillis = 60 * dayMillis

/**
 * Loads the platform's CA and server certificates from `folder`, making what is missing: the CA once, the server
 * certificates again when the names change or their end is near. The CA never changes by itself, so devices that
 * trust it keep working. Private keys are files of mode 0600; one that others can read stops the start (S10).
 */
export async function loadTlsMaterial(
  folder: string,
  names: readonly string[],
  clock: Clock,
): Promise<{ ca: PlatformCa; server: ServerIdentity }> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const ca = await loadCa(folder, clock)
  const server = [
    await loadServerCertificate(folder, 'ecdsa', ca, names, clock),
    await loadServerCertificate(folder, 'rsa', ca, names, clock),
  ]
  return {
    ca: platformCa(ca.certificate),
    server: {
      keys: server.map(({ key }) => key),
      certificates: server.map(({ certificate }) => certificate),
    },
  }
}

/** The names a server certificate must carry: the public one, the machine's own, its addresses, loopback. */
export function serverNames(publicHost: string): readonly string[] {
  const addresses = machineAddresses()
  return [...new Set([publicHost, hostname(), 'localhost', '127.0.0.1', '::1', ...addresses])]
}

/** Addresses under which this machine can be reached, without loopback and link-local ones. */
export function machineAddresses(): readonly string[] {
  return Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .filter(({ internal, address }) => !internal && !/^(fe80:|169\.254\.)/i.test(address))
    .map(({ address }) => address)
}

/** Reads the operator's own certificate and key; throws {@link ConfigError} when they cannot serve TLS. */
export function loadOperatorIdentity(certPath: string, keyPath: string): ServerIdentity {
  const read = (path: string, variable: string): string => {
    try {
      return readFileSync(path, 'utf8')
    } catch (fault) {
      throw new ConfigError(`${variable}: ${path} cannot be read (${(fault as Error).message}).`)
    }
  }
  const identity = {
    certificates: [read(certPath, 'QUAYSIDE_TLS_CERT')],
    keys: [read(keyPath, 'QUAYSIDE_TLS_KEY')],
  }
  refuseOpenFile(keyPath)
  return identity
}

async function loadCa(folder: string, clock: Clock): Promise<Issued> {
  const [keyPath, certificatePath] = [join(folder, 'platform-ca.key'), join(folder, 'platform-ca.pem')]
  // The key is written first: a crash between the two files leaves a key without certificate, which is remade.
  if (!existsSync(certificatePath)) {
    const { key, certificate } = await issue({ what: 'ca', now: clock.now() })
    writePrivateFile(keyPath, key)
    writePrivateFile(certificatePath, certificate)
  }
  try {
    refuseOpenFile(keyPath)
    const ca = { key: readFileSync(keyPath, 'utf8'), certificate: readFileSync(certificatePath, 'utf8') }
    if (new X509Certificate(ca.certificate).checkPrivateKey(createPrivateKey(ca.key))) return ca
    throw new Error('they do not belong together')
  } catch (fault) {
    if (fault instanceof ConfigError) throw fault
    throw new ConfigError(
      `The platform CA in ${keyPath} and ${certificatePath} cannot be used (${(fault as Error).message}); restore both from the backup, or delete both for a new CA, which devices must then be given.`,
    )
  }
}

async function loadServerCertificate(
  folder: string,
  kind: ServerKeyKind,
  ca: Issued,
  names: readonly string[],
  clock: Clock,
): Promise<Issued> {
  const path = join(folder, `server-${kind}.pem`)
  // Key and certificate share one file, so that no crash can leave two that do not match.
  if (!existsSync(path) || !isFit(readFileSync(path, 'utf8'), ca, names, clock.now())) {
    const { key, certificate } = await issue({ what: kind, ca, names, now: clock.now() })
    writePrivateFile(path, key + certificate)
  }
  refuseOpenFile(path)
  const [key = '', certificate = ''] = split(readFileSync(path, 'utf8'))
  return { key, certificate }
}

/** A server's key, and its certificate behind it. */
const split = (both: string): readonly string[] => both.split(/(?=-----BEGIN CERTIFICATE-----)/)

function issue(task: IssueTask): Promise<Issued> {
  return new Promise((resolve, reject) => {
    const child = fork(new URL('./issue-process.ts', import.meta.url), { execArgv: [] })
    child.once('message', (issued) => resolve(issued as Issued))
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`issuing a certificate ended with ${code}`)))
    child.send(task)
  })
}

function isFit(both: string, ca: Issued, names: readonly string[], now: Instant): boolean {
  const [key = '', pem = ''] = split(both)
  let certificate: X509Certificate
  try {
    certificate = new X509Certificate(pem)
    if (!certificate.checkPrivateKey(createPrivateKey(key))) return false
  } catch {
    // Damaged, so it is made anew: nobody has to trust this one by itself.
    return false
  }
  return (
    certificate.validToDate.getTime() - now > renewBeforeMillis &&
    certificate.verify(new X509Certificate(ca.certificate).publicKey) &&
    certificate.subject === `CN=${names[0]}` &&
    names.every((name) =>
      isIP(name) ? certificate.checkIP(name) !== undefined : certificate.checkHost(name) !== undefined,
    )
  )
}

function platformCa(pem: string): PlatformCa {
  const certificate = new X509Certificate(pem)
  return {
    pem,
    sha256: createHash('sha256').update(certificate.raw).digest('hex'),
    subject: certificate.subject.replaceAll('\n', ', '),
    expiresAt: certificate.validToDate.getTime(),
  }
}

/** What a TLS listener shows of itself, for people: the first certificate of each chain. */
export function servedCertificates({ certificates }: ServerIdentity): readonly ServerCertificateFacts[] {
  return certificates.map((pem) => {
    const certificate = new X509Certificate(pem)
    const { asymmetricKeyType: type = '', asymmetricKeyDetails: details = {} } = certificate.publicKey
    const size = details.modulusLength ?? details.namedCurve
    return {
      subject: certificate.subject.replaceAll('\n', ', '),
      issuer: certificate.issuer.replaceAll('\n', ', '),
      names: (certificate.subjectAltName ?? '')
        .split(', ')
        .map((name) => name.replace(/^(DNS|IP Address):/, ''))
        .filter((name) => name !== ''),
      key: `${type.toUpperCase()}${size === undefined ? '' : ` ${size}`}`,
      sha256: createHash('sha256').update(certificate.raw).digest('hex'),
      expiresAt: certificate.validToDate.getTime(),
    }
  })
}
