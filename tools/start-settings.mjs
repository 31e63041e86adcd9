// Settings that are read when a process starts and never again. Plain JavaScript without packages, like node.mjs.
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { root } from './node.mjs'

/**
 * Flags that have the Node.js at `node` read bin/openssl.cnf; none where somebody has settings of their own, which count,
 * or where an OpenSSL of the system brings its own.
 * @param {string} node
 * @param {Readonly<Record<string, string | undefined>>} env
 * @param {readonly string[]} execArgv flags that this process was started with
 */
export function tlsFlags(node, env = process.env, execArgv = process.execArgv) {
  const isTold = [env.NODE_OPTIONS ?? '', ...execArgv].some((flags) => flags.includes('--openssl-'))
  const isOfSystem = node === process.execPath && process.config.variables.node_shared_openssl
  if (isTold || isOfSystem || env.OPENSSL_CONF) return []
  return [`--openssl-config=${join(root, 'bin', 'openssl.cnf')}`]
}

/**
 * As many arenas for `malloc` of glibc as cores, two at least, where nobody has said how many; else there are up to eight
 * a core, and what one thread has freed no other uses (docs/performance/connect.md).
 * @param {Record<string, string | undefined>} env is changed
 */
export function boundArenas(env = process.env, cores = availableParallelism()) {
  env.MALLOC_ARENA_MAX ??= String(Math.max(2, cores))
}

/**
 * Becomes `node` with these flags and `process.env` as it is now: the same process, with the flags it has as well.
 * Returns where that cannot be: on Windows, and with a parent that talks to this process.
 * @param {string} node
 * @param {readonly string[]} flags
 * @param {readonly string[]} args
 */
export function become(node, flags, args) {
  if (process.platform === 'win32' || process.channel) return
  process.execve(node, [node, ...process.execArgv, ...flags, ...args])
}
