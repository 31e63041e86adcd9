import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'

// OWASP's password storage advice: argon2id with 19 MiB, two passes, one lane. About 70 ms of a thread of the pool.
const COST = { memory: 19_456, passes: 2, parallelism: 1 } as const
const SALT_BYTES = 16
const TAG_BYTES = 32
/** Hashes made at once: each takes 19 MiB and one of the four threads that files and DNS need as well. */
const AT_ONCE_MAX = 2
/** Callers in line; at two in 70 ms the last one waits less than four seconds. */
const WAITING_MAX = 100

/** Too many passwords are being checked at this moment; nothing was checked. */
export class PasswordQueueFullError extends Error {
  override readonly name = 'PasswordQueueFullError'
}

/** Hashes a password: `$argon2id$v=19$m=…,t=…,p=…$salt$tag`, both base64 without padding (the PHC string format). */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES)
  const tag = await derive(password, salt, { ...COST, tagLength: TAG_BYTES })
  return `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.parallelism}$${base64(salt)}$${base64(tag)}`
}

/**
 * Does the password belong to the hash? Without a hash (an unknown user) it does the same work and answers false,
 * so that time tells nobody which users exist (safety, threat 10).
 */
export async function verifyPassword(hash: string | undefined, password: string): Promise<boolean> {
  const { salt, tag, cost } = parse(hash ?? NOBODY)
  const derived = await derive(password, salt, { ...cost, tagLength: tag.length })
  return timingSafeEqual(derived, tag) && hash !== undefined
}

const NOBODY = `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.parallelism}$${base64(Buffer.alloc(SALT_BYTES))}$${base64(Buffer.alloc(TAG_BYTES))}`

interface Cost {
  readonly memory: number
  readonly passes: number
  readonly parallelism: number
}

function parse(hash: string): { salt: Buffer; tag: Buffer; cost: Cost } {
  const match =
    /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,})\$([A-Za-z0-9+/]{22,})$/.exec(
      hash,
    )
  if (!match) throw new Error('a password hash in the registry is not an argon2id string')
  const [memory = 0, passes = 0, parallelism = 0] = match.slice(1, 4).map(Number)
  return {
    cost: { memory, passes, parallelism },
    salt: Buffer.from(match[4] ?? '', 'base64'),
    tag: Buffer.from(match[5] ?? '', 'base64'),
  }
}

let running = 0
const waiting: (() => void)[] = []

async function derive(password: string, nonce: Buffer, cost: Cost & { tagLength: number }): Promise<Buffer> {
  if (waiting.length >= WAITING_MAX)
    throw new PasswordQueueFullError('too many passwords are being checked at once')
  // The place is handed over by the one who leaves, so `running` stays as it is while the line moves.
  if (running >= AT_ONCE_MAX) await new Promise<void>((resolve) => waiting.push(resolve))
  else running += 1
  try {
    return await new Promise<Buffer>((resolve, reject) => {
      argon2(
        'argon2id',
        { message: Buffer.from(password.normalize('NFC'), 'utf8'), nonce, ...cost },
        (fault, tag) => (fault ? reject(fault) : resolve(tag)),
      )
    })
  } finally {
    const next = waiting.shift()
    if (next) next()
    else running -= 1
  }
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '')
}
