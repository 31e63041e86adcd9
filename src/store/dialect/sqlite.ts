import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import type { Sqlite, SqlValue } from '../../sql/sqlite.ts'
import { writeFault } from './write-fault.ts'

/**
 * Kysely over one connection of `sql/sqlite.ts`, which it owns: destroying the Kysely closes it. `written` is called
 * after each write and each commit, whatever became of it, and before their promises settle.
 */
export function sqliteDialect(sqlite: Sqlite, written: () => void): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => createDriver(sqlite, written),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}

/**
 * There is one connection, so whoever holds it holds the database: a second caller waits in line until the
 * first has released it. A transaction keeps it from begin to commit.
 */
function createDriver(sqlite: Sqlite, written: () => void): Driver {
  const connection = createConnection(sqlite, written)
  let held = false
  const waiting: (() => void)[] = []
  return {
    init: () => Promise.resolve(),
    async acquireConnection() {
      // Handed over in release(), so `held` stays true while the line moves.
      if (held) await new Promise<void>((resolve) => waiting.push(resolve))
      held = true
      return connection
    },
    releaseConnection() {
      const next = waiting.shift()
      if (next) next()
      else held = false
      return Promise.resolve()
    },
    beginTransaction: () => attemptWrite(() => sqlite.begin()),
    commitTransaction: () => attemptWrite(() => sqlite.commit(), written),
    rollbackTransaction: () => attempt(() => sqlite.rollback()),
    destroy: () => attempt(() => sqlite.close()),
  }
}

function createConnection(sqlite: Sqlite, written: () => void): DatabaseConnection {
  return {
    executeQuery: <R>(query: CompiledQuery) =>
      isSelect(query)
        ? attempt(() => execute<R>(sqlite, query))
        : attemptWrite(() => execute<R>(sqlite, query), written),
    async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
      yield await attempt(() => execute<R>(sqlite, query))
    },
  }
}

function execute<R>(sqlite: Sqlite, compiled: CompiledQuery): QueryResult<R> {
  const { sql } = compiled
  const values = compiled.parameters as readonly SqlValue[]
  if (returnsRows(compiled)) return { rows: sqlite.all(sql, values) as R[] }
  const { changes } = sqlite.run(sql, values)
  return { rows: [], numAffectedRows: BigInt(changes) }
}

function returnsRows({ query, sql }: CompiledQuery): boolean {
  if (query.kind === 'RawNode') return /^\s*(select|with|pragma|explain)\b|\breturning\b/i.test(sql)
  return query.kind === 'SelectQueryNode' || ('returning' in query && query.returning !== undefined)
}

const isSelect = ({ query }: CompiledQuery): boolean => query.kind === 'SelectQueryNode'

/** A fault of the synchronous engine becomes a rejection, as callers of a driver expect. */
const attempt = async <T>(work: () => T): Promise<T> => work()

/** The same for what changes something: a storage that cannot be written is `store-unavailable`. */
async function attemptWrite<T>(work: () => T, written?: () => void): Promise<T> {
  try {
    return work()
  } catch (fault) {
    throw writeFault(fault)
  } finally {
    written?.()
  }
}
