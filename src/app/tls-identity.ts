import { createSecureContext } from 'node:tls'
import type { Clock } from '../base/instant.ts'
import type { Logger } from '../base/logger.ts'
import { type Config, ConfigError } from './config.ts'
import type { DataPaths } from './data-folder.ts'
import { every } from './every.ts'
import {
  loadOperatorIdentity,
  loadTlsMaterial,
  type PlatformCa,
  type ServerIdentity,
  serverNames,
} from './tls-material.ts'

/** What the servers identify themselves with, and how to read it again. */
export interface Tls {
  readonly identity: ServerIdentity
  readonly ca: PlatformCa
  readonly reload: () => Promise<ServerIdentity>
  readonly logger: Logger
}

const reloadIntervalMillis = 10_000

/**
 * The operator's certificate when one is configured, else the platform's own (design §2.2). The platform CA is
 * there in both cases. Throws {@link ConfigError} when the operator's files cannot serve TLS.
 */
export async function openTls(config: Config, paths: DataPaths, clock: Clock, logger: Logger): Promise<Tls> {
  const { tlsCert, tlsKey, publicHost } = config
  const own = () => loadTlsMaterial(paths.tls, serverNames(publicHost), clock)
  const { ca, server } = await own()
  const reload =
    tlsCert !== undefined && tlsKey !== undefined
      ? async () => proven(loadOperatorIdentity(tlsCert, tlsKey))
      : async () => (await own()).server
  return { identity: tlsCert === undefined ? server : await reload(), ca, reload, logger }
}

/**
 * Looks every 10 s whether the certificate has changed, or is to be renewed, and hands a new one to `apply`
 * without a restart (safety S10). One that cannot serve is reported, and the old one stays.
 */
export function watchTls(tls: Tls, apply: (identity: ServerIdentity) => Promise<void>): () => Promise<void> {
  let current = JSON.stringify(tls.identity)
  let reported = ''
  const look = async (): Promise<void> => {
    const identity = await tls.reload()
    const next = JSON.stringify(identity)
    if (next !== current) {
      await apply(identity)
      current = next
      tls.logger.info({}, 'the server certificate was replaced')
    }
    reported = ''
  }
  return every(reloadIntervalMillis, look, (fault) => {
    const { message } = fault as Error
    if (message !== reported)
      tls.logger.error({ reason: message }, 'the new server certificate cannot be used; the old one stays')
    reported = message
  }).stop
}

function proven(identity: ServerIdentity): ServerIdentity {
  try {
    createSecureContext({ key: [...identity.keys], cert: [...identity.certificates] })
    return identity
  } catch (fault) {
    throw new ConfigError(
      `QUAYSIDE_TLS_CERT and QUAYSIDE_TLS_KEY cannot serve TLS: ${(fault as Error).message}; they must be a PEM chain and its unencrypted key.`,
    )
  }
}
