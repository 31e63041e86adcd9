import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The guide's own sample values (guide S51, S68): CA and device certificate get this same subject. */
export const GUIDE_SUBJECT = '/C=CN/ST=GD/L=SZ/O=Huawei/OU=IoT/CN=zhangsan'

/** A key to generate. `rsa` is the guide's RSA-2048; the elliptic ones are far quicker to make. */
export type KeyKind =
  | 'rsa'
  | 'rsa1024'
  | 'rsa3072'
  | 'p256'
  | 'p384'
  | 'p521'
  | 'secp256k1'
  | 'p192'
  | 'ed25519'
  | 'ed448'

/** A certificate with its key, as files for clients and as values for assertions. */
export interface Issued {
  readonly certPath: string
  readonly keyPath: string
  readonly pem: string
  readonly keyPem: string
  readonly der: Uint8Array
  /** Lower-case hex without colons. */
  readonly sha1: string
  readonly sha256: string
}

/** Exact dates, `YYYYMMDDHHMMSSZ`. */
export interface Validity {
  readonly from: string
  readonly to: string
}

/** A temporary folder in which `openssl` works; `dispose` removes it. */
export interface Workbench {
  readonly dir: string
  path(name: string): string
  /** Runs `openssl` with the folder as working directory and answers its standard output. */
  openssl(...args: readonly string[]): string
  dispose(): void
}

export function openWorkbench(): Workbench {
  const dir = mkdtempSync(join(tmpdir(), 'quayside-openssl-'))
  return {
    dir,
    path: (name) => join(dir, name),
    openssl: (...args) =>
      execFileSync('openssl', args, { cwd: dir, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }),
    dispose: () => rmSync(dir, { recursive: true, force: true }),
  }
}

const keyOptions: { readonly [K in KeyKind]: readonly string[] } = {
  rsa: ['RSA', '-pkeyopt', 'rsa_keygen_bits:2048'],
  rsa1024: ['RSA', '-pkeyopt', 'rsa_keygen_bits:1024'],
  rsa3072: ['RSA', '-pkeyopt', 'rsa_keygen_bits:3072'],
  p256: ['EC', '-pkeyopt', 'ec_paramgen_curve:P-256'],
  p384: ['EC', '-pkeyopt', 'ec_paramgen_curve:P-384'],
  p521: ['EC', '-pkeyopt', 'ec_paramgen_curve:P-521'],
  secp256k1: ['EC', '-pkeyopt', 'ec_paramgen_curve:secp256k1'],
  p192: ['EC', '-pkeyopt', 'ec_paramgen_curve:prime192v1'],
  ed25519: ['ED25519'],
  ed448: ['ED448'],
}

/** Generates `{name}.key` (PKCS#8 PEM) and answers its path. */
export function makeKey(bench: Workbench, name: string, kind: KeyKind): string {
  const path = bench.path(`${name}.key`)
  bench.openssl('genpkey', '-algorithm', ...keyOptions[kind], '-out', path)
  return path
}

export interface CaOptions {
  /** Names the files; unique in the workbench. */
  readonly name?: string
  readonly subject?: string
  readonly key?: KeyKind
  /** An existing key file: a renewed CA has the key of the old one. */
  readonly keyPath?: string
  readonly digest?: string
  readonly days?: number
  readonly validity?: Validity
  /** Lines of an extension section; `[]` makes a version 1 certificate. Default: what the guide's command gives. */
  readonly extensions?: readonly string[]
}

const guideCaExtensions = [
  'subjectKeyIdentifier=hash',
  'authorityKeyIdentifier=keyid:always,issuer',
  'basicConstraints=critical,CA:true',
]

/**
 * A self-signed CA. With no options but a name it is what the guide's command makes (S49, S50): `openssl req -x509
 * -new -nodes -sha256 -days 1024`, here with the sample values given by `-subj`.
 */
export function makeCa(bench: Workbench, options: CaOptions = {}): Issued {
  const { name = 'rootCA', subject = GUIDE_SUBJECT, key = 'rsa', days = 1024, digest = 'sha256' } = options
  const keyPath = options.keyPath ?? makeKey(bench, name, key)
  const certPath = bench.path(`${name}.pem`)
  const csrPath = bench.path(`${name}.csr`)
  bench.openssl('req', '-new', '-utf8', '-key', keyPath, '-subj', subject, '-out', csrPath)
  const extensions = options.extensions ?? guideCaExtensions
  if (options.validity) {
    signExactly(
      bench,
      { name, csrPath, certPath, digest, validity: options.validity, extensions },
      { keyPath },
    )
  } else {
    bench.openssl(
      ...[
        'x509',
        '-req',
        '-in',
        csrPath,
        '-signkey',
        keyPath,
        '-days',
        String(days),
        ...digestOption(key, digest),
      ],
      ...extensionOptions(bench, name, extensions),
      ...['-out', certPath],
    )
  }
  return readIssued(certPath, keyPath)
}

export interface LeafOptions {
  readonly name?: string
  readonly subject?: string
  readonly key?: KeyKind
  readonly keyPath?: string
  readonly digest?: string
  readonly days?: number
  readonly validity?: Validity
  /** Lines of an extension section; absent or empty: version 1, as the guide's command makes it (S69). */
  readonly extensions?: readonly string[]
}

/**
 * A certificate signed by `ca`. With no options but a name it is what the guide's commands make (S66–S69): version 1,
 * no extension, the sample subject, 500 days. For an intermediate give `extensions: intermediateExtensions`.
 */
export function signLeaf(bench: Workbench, ca: Issued, options: LeafOptions = {}): Issued {
  const { name = 'deviceCert', subject = GUIDE_SUBJECT, key = 'rsa', days = 500, digest = 'sha256' } = options
  const keyPath = options.keyPath ?? makeKey(bench, name, key)
  const certPath = bench.path(`${name}.pem`)
  const csrPath = bench.path(`${name}.csr`)
  const extensions = options.extensions ?? []
  bench.openssl('req', '-new', '-utf8', '-key', keyPath, '-subj', subject, '-out', csrPath)
  if (options.validity) {
    signExactly(bench, { name, csrPath, certPath, digest, validity: options.validity, extensions }, ca)
  } else {
    bench.openssl(
      ...['x509', '-req', '-in', csrPath, '-CA', ca.certPath, '-CAkey', ca.keyPath, '-CAcreateserial'],
      ...['-days', String(days), ...digestOption(ca, digest)],
      ...extensionOptions(bench, name, extensions),
      ...['-out', certPath],
    )
  }
  return readIssued(certPath, keyPath)
}

/** Extensions of an ordinary intermediate CA. */
export const intermediateExtensions: readonly string[] = [
  'basicConstraints=critical,CA:true',
  'keyUsage=critical,keyCertSign,cRLSign',
  'subjectKeyIdentifier=hash',
  'authorityKeyIdentifier=keyid',
]

/** Extensions of an ordinary version 3 device certificate. */
export const clientExtensions: readonly string[] = [
  'basicConstraints=CA:false',
  'keyUsage=critical,digitalSignature',
  'extendedKeyUsage=clientAuth',
]

/** The guide's verification certificate (S55–S60): the code as Common Name, signed with the CA's key. */
export function verificationCert(
  bench: Workbench,
  ca: Issued,
  code: string,
  options: LeafOptions = {},
): Issued {
  return signLeaf(bench, ca, { name: 'verificationCert', subject: `/CN=${code}`, ...options })
}

interface ExactRequest {
  readonly name: string
  readonly csrPath: string
  readonly certPath: string
  readonly digest: string
  readonly validity: Validity
  readonly extensions: readonly string[]
}

/** `openssl ca` is the one command of OpenSSL 3.0 that takes both dates; without `certPath` it self-signs. */
function signExactly(
  bench: Workbench,
  request: ExactRequest,
  issuer: { readonly keyPath: string; readonly certPath?: string },
): void {
  const file = (suffix: string) => bench.path(`${request.name}.${suffix}`)
  writeFileSync(file('index'), '')
  writeFileSync(file('index.attr'), 'unique_subject = no\n')
  writeFileSync(file('serial'), `${Date.now().toString(16).padStart(16, '1')}\n`)
  writeFileSync(
    file('cnf'),
    [
      '[ca]\ndefault_ca = it\n[it]',
      `database = ${file('index')}\nserial = ${file('serial')}\nnew_certs_dir = ${bench.dir}`,
      `default_md = ${request.digest}\npolicy = any\nemail_in_dn = no\nunique_subject = no\npreserve = yes`,
      '[any]\ncommonName = optional\n',
      '[ext]',
      ...request.extensions,
      '',
    ].join('\n'),
  )
  bench.openssl(
    ...['ca', '-batch', '-notext', '-config', file('cnf'), '-in', request.csrPath, '-out', request.certPath],
    ...['-startdate', request.validity.from, '-enddate', request.validity.to, '-keyfile', issuer.keyPath],
    ...['-preserveDN', ...(request.extensions.length > 0 ? ['-extensions', 'ext'] : [])],
    ...(issuer.certPath === undefined ? ['-selfsign'] : ['-cert', issuer.certPath]),
  )
}

function extensionOptions(bench: Workbench, name: string, extensions: readonly string[]): readonly string[] {
  if (extensions.length === 0) return []
  const path = bench.path(`${name}.ext`)
  writeFileSync(path, `${extensions.join('\n')}\n`)
  return ['-extfile', path]
}

/** Ed25519 and Ed448 digest by themselves: naming one is an error. */
function digestOption(signer: KeyKind | Issued, digest: string): readonly string[] {
  const edwards =
    typeof signer === 'string'
      ? signer.startsWith('ed')
      : (new X509Certificate(signer.pem).publicKey.asymmetricKeyType ?? '').startsWith('ed')
  return edwards ? [] : [`-${digest}`]
}

function readIssued(certPath: string, keyPath: string): Issued {
  const pem = readFileSync(certPath, 'utf8')
  const certificate = new X509Certificate(pem)
  const digits = (fingerprint: string) => fingerprint.replaceAll(':', '').toLowerCase()
  return {
    certPath,
    keyPath,
    pem,
    keyPem: readFileSync(keyPath, 'utf8'),
    der: new Uint8Array(certificate.raw),
    sha1: digits(certificate.fingerprint),
    sha256: digits(certificate.fingerprint256),
  }
}
