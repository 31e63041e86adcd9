import { rmSync } from 'node:fs'
import type { Position } from '../../base/ids.ts'
import { type Faults, isDamage, Sqlite } from '../../sql/sqlite.ts'

/*
 * The file that holds what is derived from the log: shadow, status, connections, statistics (history has files of its own). All of
 * it can be made again from the log, so its commits are not flushed one by one, and a file that cannot be used is thrown away.
 * The position up to which the log was applied is written in the same transaction as what it changed.
 */

/**
 * Grows with every change of SCHEMA or of what entries mean to it; an older file is built anew from the log. Once
 * there is a release, a change must bring an older file forward instead: retention lets the log go, so that shadows and
 * statuses of devices that were silent for longer stand here alone.
 */
const SCHEMA_VERSION = 4
const SCHEMA = `
  -- Up to where the log was applied; shadows are written behind, all of them as of their position.
  CREATE TABLE progress (position INTEGER NOT NULL, shadow_position INTEGER NOT NULL) STRICT;
  INSERT INTO progress VALUES (0, 0);

  CREATE TABLE shadow (
    device_id TEXT NOT NULL,
    service_id TEXT NOT NULL,
    desired TEXT,
    desired_time INTEGER,
    reported TEXT,
    reported_time INTEGER,
    reported_received_at INTEGER,
    version INTEGER NOT NULL,
    PRIMARY KEY (device_id, service_id)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE status (
    device_id TEXT PRIMARY KEY,
    project_id TEXT NOT NULL,
    status TEXT NOT NULL,
    connection TEXT NOT NULL,
    changed_at INTEGER NOT NULL,
    activated_at INTEGER NOT NULL,
    address TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX status_online ON status (device_id) WHERE status = 'ONLINE';
  CREATE INDEX status_activated ON status (project_id, activated_at);

  CREATE TABLE connection (
    position INTEGER PRIMARY KEY,
    project_id TEXT NOT NULL,
    device_id TEXT,
    refused INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    at INTEGER NOT NULL,
    search TEXT NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX connection_project ON connection (project_id);
  CREATE INDEX connection_device ON connection (device_id) WHERE device_id IS NOT NULL;
  CREATE INDEX connection_refused ON connection (refused);

  -- Values whose property got no other since. seen and rule are absent when they are too large.
  CREATE TABLE refused_value (
    device_id TEXT NOT NULL,
    service_id TEXT NOT NULL,
    property TEXT NOT NULL,
    at INTEGER NOT NULL,
    code TEXT NOT NULL,
    params TEXT NOT NULL,
    seen TEXT,
    rule TEXT,
    PRIMARY KEY (device_id, service_id, property)
  ) STRICT, WITHOUT ROWID;

  -- trusted: 1 when a device was let in by it.
  CREATE TABLE presented_certificate (
    sha256 TEXT PRIMARY KEY,
    der BLOB NOT NULL,
    trusted INTEGER NOT NULL,
    last_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX presented_certificate_last ON presented_certificate (trusted, last_at);

  -- The last accepted connection of each device: its certificates, leaf first, and the CA it rests on.
  CREATE TABLE accepted_connection (
    device_id TEXT PRIMARY KEY,
    project_id TEXT NOT NULL,
    certificates TEXT NOT NULL,
    anchor_key TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX accepted_anchor ON accepted_connection (project_id, anchor_key) WHERE anchor_key IS NOT NULL;

  -- What came before belongs to an earlier device of this id.
  -- earlier: what stands before it in the log belongs to a device of this id that was deleted; 0: there was none.
  CREATE TABLE registered_device (
    device_id TEXT PRIMARY KEY,
    position INTEGER NOT NULL,
    earlier INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE first_report (device_id TEXT PRIMARY KEY, project_id TEXT NOT NULL, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX first_report_project ON first_report (project_id, at);

  -- Since the log began; minute: the newest one that has a row in statistics.
  CREATE TABLE total (
    project_id TEXT PRIMARY KEY,
    minute INTEGER NOT NULL,
    online INTEGER NOT NULL,
    reports INTEGER NOT NULL,
    values_stored INTEGER NOT NULL,
    values_refused INTEGER NOT NULL,
    connections_refused INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE statistics (
    project_id TEXT NOT NULL,
    minute INTEGER NOT NULL,
    online INTEGER NOT NULL,
    reports INTEGER NOT NULL,
    values_refused INTEGER NOT NULL,
    connections_refused INTEGER NOT NULL,
    PRIMARY KEY (project_id, minute)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE deleted_device (device_id TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE seen_change (outbox_key TEXT PRIMARY KEY, at INTEGER NOT NULL, position INTEGER NOT NULL) STRICT, WITHOUT ROWID;

  PRAGMA user_version = ${SCHEMA_VERSION};
`

export { isDamage }

/** The tables of the projections; functions of this folder take it first. `close()` ends it. */
export type ProjectionsFile = Sqlite

export type ProjectionsFileFaults = Faults

/**
 * Opens the file, or makes it. A file that is damaged or was written by another version is removed first, and
 * `onRebuild` is told why: what it held comes again from the log.
 */
export function openProjectionsFile(
  file: string,
  onRebuild: (reason: string) => void,
  faults?: ProjectionsFileFaults,
): ProjectionsFile {
  try {
    const db = open(file, faults)
    if (db) return db
    onRebuild('it was written by another version')
  } catch (fault) {
    if (!isDamage(fault)) throw fault
    onRebuild('it is damaged')
  }
  removeProjectionsFile(file)
  const made = open(file, faults)
  if (!made) throw new Error(`${file} could not be made anew`)
  return made
}

/** Also what SQLite keeps beside it. */
export function removeProjectionsFile(file: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true })
}

function open(file: string, faults: Faults | undefined): Sqlite | undefined {
  const db = new Sqlite({ file, durability: 'normal', ...(faults ? { faults } : {}) })
  try {
    const version = db.get('PRAGMA user_version')?.['user_version']
    if (version === 0) db.transaction(() => db.exec(SCHEMA))
    else if (version !== SCHEMA_VERSION) {
      db.close()
      return undefined
    }
    findProgress(db)
    return db
  } catch (fault) {
    db.close()
    throw fault
  }
}

export interface Progress {
  /** Position of the last entry of the log that the tables hold; 0 when there is none. */
  readonly tables: Position
  /** The same of the shadows, which are written behind. */
  readonly shadows: Position
}

export function findProgress(db: ProjectionsFile): Progress {
  const row = db.get('SELECT position, shadow_position FROM progress')
  return {
    tables: Number(row?.['position'] ?? 0) as Position,
    shadows: Number(row?.['shadow_position'] ?? 0) as Position,
  }
}

export function saveProgress(db: ProjectionsFile, { tables, shadows }: Progress): void {
  db.run('UPDATE progress SET position = ?, shadow_position = ?', [tables, shadows])
}
