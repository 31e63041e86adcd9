// OpenSSL's settings, which Node.js reads when it starts and never again. Plain JavaScript without packages, like node.mjs.
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
  const isOfSystem = node === process.execPath && process.config.variables.node_shared_openssl !== false
  if (isTold || isOfSystem || env.OPENSSL_CONF) return []
  return [`--openssl-config=${join(root, 'bin', 'openssl.cnf')}`]
}

/**
 * Becomes `node` with these flags: the same process, with the flags it has as well. Returns where that cannot be: on
 * Windows, and with a parent that talks to this process.
 * @param {string} node
 * @param {readonly string[]} flags
 * @param {readonly string[]} args
 */
export function become(node, flags, args) {
  if (flags.length === 0 || process.platform === 'win32' || process.channel) return
  process.execve(node, [node, ...process.execArgv, ...flags, ...args])
}
