import { createPrivateKey, X509Certificate } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { isIP } from 'node:net'
import { join } from 'node:path'
import { type Check, type Finding, ok, problem, type Scene, warning } from './check.ts'

const DAY = 24 * 3_600_000
/** The CA cannot be replaced without giving the new one to every device. */
const CA_SOON_DAYS = 365
const SERVER_SOON_DAYS = 30

/** The platform's own CA, whose end no start can mend. */
export const checkPlatformCa: Check = (scene) => {
  const about = 'Platform CA'
  const { tls } = scene.paths
  const [certificatePath, keyPath] = [join(tls, 'platform-ca.pem'), join(tls, 'platform-ca.key')]
  if (!existsSync(certificatePath)) return [ok(about, 'made at the first start.')]
  if (!existsSync(keyPath))
    return [
      problem(
        about,
        `${keyPath} is missing: no server certificate can be renewed.`,
        'Restore it from the backup; without it a new CA has to be made and given to every device.',
      ),
    ]
  return [
    pairFinding(
      { about, certificatePath, keyPath, soonDays: CA_SOON_DAYS },
      scene,
      () => undefined,
      'Restore both files from the backup; a new CA would have to be given to every device.',
    ),
  ]
}

/** What the TLS listeners show: the operator's certificate when one is set, else the platform's own. */
export const checkServerCertificates: Check = (scene) => {
  const { config, paths } = scene
  const about = 'Server certificate'
  const { tlsCert, tlsKey, publicHost } = config ?? {}
  if (tlsCert !== undefined && tlsKey !== undefined)
    return [
      pairFinding(
        { about, certificatePath: tlsCert, keyPath: tlsKey, soonDays: SERVER_SOON_DAYS },
        scene,
        (certificate) =>
          publicHost === undefined || names(certificate, publicHost)
            ? undefined
            : `it is not for ${publicHost} (QUAYSIDE_PUBLIC_HOST) but for ${(certificate.subjectAltName ?? certificate.subject).replaceAll(/DNS:|IP Address:/g, '')}`,
        'Get a new certificate and put it into the files of QUAYSIDE_TLS_CERT and QUAYSIDE_TLS_KEY; no restart is needed.',
      ),
    ]
  return ['ecdsa', 'rsa'].map((kind) =>
    ownFinding(`${about} (${kind.toUpperCase()})`, join(paths.tls, `server-${kind}.pem`), scene),
  )
}

interface Pair {
  readonly about: string
  readonly certificatePath: string
  readonly keyPath: string
  /** From how many days before its end on it is worth a warning. */
  readonly soonDays: number
}

function pairFinding(
  { about, certificatePath, keyPath, soonDays }: Pair,
  { now }: Scene,
  misfit: (certificate: X509Certificate) => string | undefined,
  remedy: string,
): Finding {
  const open = openFileFinding(about, keyPath)
  if (open) return open
  try {
    const certificate = new X509Certificate(readFileSync(certificatePath))
    if (!certificate.checkPrivateKey(createPrivateKey(readFileSync(keyPath))))
      return problem(about, `${certificatePath} and ${keyPath} do not belong together.`, remedy)
    const wrong = misfit(certificate)
    if (wrong !== undefined) return problem(about, `${certificatePath}: ${wrong}.`, remedy)
    return dateFinding(about, certificate, now, soonDays, remedy)
  } catch (fault) {
    return problem(about, `it cannot be used: ${(fault as Error).message}.`, remedy)
  }
}

function dateFinding(
  about: string,
  certificate: X509Certificate,
  now: number,
  soonDays: number,
  remedy: string,
): Finding {
  const day = (date: Date): string => date.toISOString().slice(0, 10)
  const [from, to] = [certificate.validFromDate, certificate.validToDate]
  const days = Math.floor((to.getTime() - now) / DAY)
  if (to.getTime() < now) return problem(about, `expired on ${day(to)}.`, remedy)
  if (from.getTime() > now)
    return problem(about, `valid only from ${day(from)}.`, 'See that the clock of this machine is right.')
  if (days < soonDays) return warning(about, `expires on ${day(to)}, in ${days} days.`, remedy)
  return ok(about, `good until ${day(to)} (${days} days).`)
}

/** Key and certificate in one file. The platform makes it anew by itself, so only what stops a start is a problem. */
function ownFinding(about: string, path: string, { config, now, running }: Scene): Finding {
  if (!existsSync(path)) return ok(about, 'made at the first start.')
  const open = openFileFinding(about, path)
  if (open) return open
  const anew = running ? 'the platform makes it anew within seconds' : 'the next start makes it anew'
  try {
    const content = readFileSync(path, 'utf8')
    const certificate = new X509Certificate(content.slice(content.indexOf('-----BEGIN CERTIFICATE-----')))
    if (certificate.validToDate.getTime() < now) return ok(about, `expired; ${anew}.`)
    if (config && !names(certificate, config.publicHost))
      return ok(about, `not for ${config.publicHost} yet; ${anew}.`)
    return dateFinding(about, certificate, now, 0, '')
  } catch {
    return ok(about, `damaged; ${anew}.`)
  }
}

/** Safety S10: a start refuses a key that others may read. */
function openFileFinding(about: string, path: string): Finding | undefined {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (!stat)
    return problem(
      about,
      `there is no file ${path}.`,
      'Set QUAYSIDE_TLS_CERT and QUAYSIDE_TLS_KEY to files that are there.',
    )
  const mode = stat.mode & 0o777
  if (process.platform === 'win32' || (mode & 0o077) === 0) return undefined
  return problem(about, `${path} can be read by others (mode ${mode.toString(8)}).`, `Run: chmod 600 ${path}`)
}

const names = (certificate: X509Certificate, host: string): boolean =>
  (isIP(host) ? certificate.checkIP(host) : certificate.checkHost(host)) !== undefined
