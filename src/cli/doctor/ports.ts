import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { tryPort } from '../../app/taken-ports.ts'
import { type Check, type Finding, ok, problem, type Scene } from './check.ts'

const names = ['http', 'https', 'mqtt', 'mqtts'] as const
type Name = (typeof names)[number]

/** Each port of a listener: free, held by our own platform, or by somebody else. */
export const checkPorts: Check = async (scene) => {
  const { config } = scene
  if (!config) return []
  const findings: Finding[] = []
  for (const name of names) findings.push(await checkPort(name, config[`${name}Port`], config.bind, scene))
  return findings
}

async function checkPort(name: Name, port: number, bind: string, { running, lock }: Scene): Promise<Finding> {
  const about = `Port ${name.toUpperCase()}`
  const ours = running?.ports[name]
  if (ours !== undefined && (port === ours || port === 0)) return ok(about, `${ours}, held by our platform.`)
  if (port === 0) return ok(about, 'any that is free.')
  const elsewhere = ours === undefined ? '' : ` The running platform uses ${ours}.`
  const setting = `QUAYSIDE_${name.toUpperCase()}_PORT`
  switch (await tryPort(bind, port)) {
    case undefined:
      return ok(about, `${port}, free.${elsewhere}`)
    case 'EADDRINUSE': {
      const holder = holderOf(port)
      // An older version does not tell its ports, but it is known to be there.
      if (lock === 'theirs' && running === undefined)
        return ok(about, `${port}, taken, perhaps by the process that uses the data folder.`)
      return problem(
        about,
        `${port} is taken by ${holder ?? 'another program'}.${elsewhere}`,
        `Stop it, or set ${setting} to another port.`,
      )
    }
    case 'EACCES':
      return problem(
        about,
        `${port} may not be opened by this user.`,
        `Set ${setting} to a port above 1023, or give the right: AmbientCapabilities=CAP_NET_BIND_SERVICE under systemd.`,
      )
    case 'EADDRNOTAVAIL':
      return problem(
        about,
        `${port} cannot be opened on ${bind}, which is no address of this machine.`,
        'Set QUAYSIDE_BIND to 0.0.0.0, or to an address of this machine.',
      )
    default:
      return problem(about, `${port} cannot be opened.`, `Set ${setting} to another port.`)
  }
}

/** `nginx (process 812)`, where Linux tells; processes of other users are told to root alone. */
function holderOf(port: number): string | undefined {
  try {
    const inodes = new Set(['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) => listeningInodes(file, port)))
    const pid = readdirSync('/proc').find((name) => /^\d+$/.test(name) && holdsOne(name, inodes))
    return pid && `${readFileSync(`/proc/${pid}/comm`, 'utf8').trim()} (process ${pid})`
  } catch {
    // No /proc, or a process that has just ended.
    return undefined
  }
}

/** Columns of /proc/net/tcp: `sl local_address rem_address st … inode`; state 0A is LISTEN (man 5 proc). */
function listeningInodes(file: string, port: number): readonly string[] {
  const local = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  return readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((columns) => columns[1]?.endsWith(local) && columns[3] === '0A')
    .map((columns) => `socket:[${columns[9]}]`)
}

function holdsOne(pid: string, sockets: ReadonlySet<string>): boolean {
  const folder = `/proc/${pid}/fd`
  try {
    return readdirSync(folder).some((fd) => sockets.has(targetOf(`${folder}/${fd}`)))
  } catch {
    // Another user's, or gone.
    return false
  }
}

/** Empty: a busy process has closed it since it was listed; its other files count all the same. */
function targetOf(link: string): string {
  try {
    return readlinkSync(link)
  } catch {
    return ''
  }
}
