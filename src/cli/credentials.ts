import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { ConfigError, readConfig } from '../app/config.ts'
import { askServer } from '../app/control-socket.ts'
import { credentialVerbs } from '../app/credentials.ts'
import { type DataPaths, dataPaths, loadSealingKey, lockDataFolder } from '../app/data-folder.ts'
import { systemClock } from '../base/instant.ts'
import type { JsonObject, JsonValue } from '../base/json.ts'
import { migrate } from '../store/migrate.ts'
import { openStore } from '../store/open-store.ts'

/**
 * `quayside credentials …`: through the running server when there is one (so that a revoked key is refused from
 * that moment), else on the data folder itself. Exit code 0, 1 when refused, 2 when not understood.
 */
export async function credentials(argv: readonly string[]): Promise<number> {
  const parsed = parse(argv)
  if (typeof parsed === 'string') {
    process.stderr.write(`${parsed}\n`)
    return 2
  }
  const { positionals, values } = parsed
  const [action, accessKey] = positionals
  const args: JsonObject | undefined =
    action === 'list'
      ? {}
      : action === 'create'
        ? { ...(values.description === undefined ? {} : { description: values.description }) }
        : action === 'revoke' && accessKey !== undefined
          ? { access_key: accessKey }
          : action === 'reset-password'
            ? { user: values.user }
            : undefined
  if (!args) {
    process.stderr.write('Say what to do: list, create, revoke ACCESS_KEY or reset-password.\n')
    return 2
  }
  const { dataDir } = readConfig(
    values['data-dir'] === undefined ? [] : ['--data-dir', values['data-dir']],
    process.env,
    process.cwd(),
  )
  try {
    show(await ask(dataDir, `credentials.${action}`, args))
    return 0
  } catch (fault) {
    if (fault instanceof ConfigError) throw fault
    process.stderr.write(`Refused: ${(fault as Error).message}.\n`)
    return 1
  }
}

/** What was asked for, or the sentence that says why it was not understood. */
function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        'data-dir': { type: 'string' },
        description: { type: 'string' },
        user: { type: 'string', default: 'admin' },
      },
    })
  } catch (fault) {
    // Of this module's errors only these come from what was typed.
    if (!(fault instanceof TypeError)) throw fault
    return `${fault.message.split('. To specify')[0]}. What there is: npx quayside credentials --help.`
  }
}

async function ask(dataDir: string, verb: string, args: JsonObject): Promise<JsonValue> {
  const paths = dataPaths(dataDir)
  if (!existsSync(paths.registry))
    throw new ConfigError(
      `There is no platform in ${dataDir} yet; run quayside start, or name its folder with --data-dir.`,
    )
  return (await askServer(paths.controlSocket, verb, args)) ?? (await onFolder(dataDir, paths, verb, args))
}

async function onFolder(
  dataDir: string,
  paths: DataPaths,
  verb: string,
  args: JsonObject,
): Promise<JsonValue> {
  const unlock = lockDataFolder(dataDir)
  try {
    const store = openStore({ file: paths.registry, key: loadSealingKey(paths) })
    try {
      await migrate(store, systemClock)
      const run = credentialVerbs(store, systemClock)[verb]
      if (!run) throw new Error(`"${verb}" is not known`)
      return await run(args)
    } finally {
      await store.close()
    }
  } finally {
    unlock()
  }
}

function show(result: JsonValue): void {
  const rows = Array.isArray(result) ? (result as readonly JsonValue[]) : [result]
  if (rows.length === 0) process.stdout.write('none\n')
  for (const row of rows)
    process.stdout.write(
      `${Object.entries(row as JsonObject)
        .map(
          ([name, value]) =>
            `${name.replaceAll('_', ' ')}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
        )
        .join('\n')}\n${Array.isArray(result) ? '\n' : ''}`,
    )
}
