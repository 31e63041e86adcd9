import type { StreamRoute } from '../api/route.ts'
import type { Ids } from '../base/ids.ts'
import type { Clock } from '../base/instant.ts'
import { limits } from '../base/limits.ts'
import type { DeviceFiles } from '../domain/file/file-addresses.ts'
import { createFiles, sweepFiles } from '../files/files.ts'
import { createLocalFiles } from '../files/local-files.ts'
import { openObjectFolder } from '../objects/object-folder.ts'
import type { S3Settings } from '../objects/s3-address.ts'
import { createAddressSigner } from '../objects/signed-query.ts'
import type { Store } from '../store/store.ts'
import { type Config, ConfigError } from './config.ts'
import type { DataPaths } from './data-folder.ts'
import type { Ports } from './ports.ts'

const PREFIX = '/quayside/objects'

export interface OpenedFiles {
  readonly files: DeviceFiles
  readonly streams: StreamRoute
  /** Deletes contents that no file has any more; answers how many went. */
  sweep(): Promise<number>
}

/** The files of devices, in the data folder or in the storage that is configured. */
export async function openDeviceFiles({
  config,
  paths,
  ports,
  sealingKey,
  ...common
}: {
  config: Config
  paths: Pick<DataPaths, 'objects'>
  /** Known only when the API listens. */
  ports: Readonly<Ports>
  sealingKey: Uint8Array
  store: Store
  clock: Clock
  ids: Ids
}): Promise<OpenedFiles> {
  const objects = await openObjectFolder(paths.objects)
  const deps = { ...common, limits, objects, signer: createAddressSigner(sealingKey) }
  const s3 = s3Settings(config)
  const run = createLocalFiles(deps)
  return {
    files: createFiles({ ...deps, baseUrl: () => baseUrl(config, ports), ...(s3 && { s3 }) }),
    streams: { prefix: PREFIX, run },
    // Whatever is being uploaded now gets its row soon.
    sweep: () => sweepFiles(deps, common.clock.now() - 2 * limits.uploadMillisMax),
  }
}

/** With the port, which the C SDK needs, also where it is the scheme's own (device protocol §3.8.6). */
export function baseUrl(
  { filesUrl, publicHost }: Pick<Config, 'filesUrl' | 'publicHost'>,
  { https }: Pick<Ports, 'https'>,
): string {
  const host = publicHost.includes(':') ? `[${publicHost}]` : publicHost
  const url = new URL(filesUrl ?? `https://${host}:${https}`)
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port
  return `${url.protocol}//${url.hostname}:${port}${url.pathname.replace(/\/$/, '')}${PREFIX}`
}

/** Undefined: the data folder. Throws {@link ConfigError} for half of it. */
export function s3Settings(
  config: Pick<
    Config,
    'objectsEndpoint' | 'objectsBucket' | 'objectsRegion' | 'objectsAccessKey' | 'objectsSecretKey'
  >,
): S3Settings | undefined {
  const { objectsEndpoint: endpoint, objectsBucket: bucket, objectsRegion: region } = config
  const { objectsAccessKey: accessKey, objectsSecretKey: secretKey } = config
  if ([endpoint, bucket, accessKey, secretKey].every((each) => each === undefined)) return undefined
  if (endpoint === undefined || bucket === undefined || accessKey === undefined || secretKey === undefined)
    throw new ConfigError(
      'QUAYSIDE_OBJECTS_ENDPOINT, QUAYSIDE_OBJECTS_BUCKET, QUAYSIDE_OBJECTS_ACCESS_KEY and QUAYSIDE_OBJECTS_SECRET_KEY belong together: set all or none.',
    )
  return { endpoint, bucket, region, accessKey, secretKey }
}
