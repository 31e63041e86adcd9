import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { listSetAside, tellSetAside } from '../../store/history/damage.ts'
import { type Check, type Finding, ok, type Scene, warning } from './check.ts'
import { isSqlite, withDatabase } from './databases.ts'

const ABOUT = 'History'

/** Months can be read, and none was set aside as damaged. The former only while nobody writes to them. */
export const checkHistory: Check = (scene) => {
  const folder = scene.paths.history
  if (!existsSync(folder)) return []
  const findings: Finding[] = listSetAside(folder).map((each) =>
    warning(
      ABOUT,
      tellSetAside(each),
      `Where the log no longer reached back to it, a backup of history-${each.period}.db can take the place of the present one while the platform is stopped. Delete ${join(folder, each.file)} when you need it no longer; this is said until then.`,
    ),
  )
  if (scene.lock === 'theirs') return findings
  const months = monthsOf(scene)
  findings.push(...months.flatMap(({ file, period }) => damageOf(join(folder, file), period)))
  if (findings.length > 0 || months.length === 0) return findings
  return [ok(ABOUT, `${months.length} ${months.length === 1 ? 'file' : 'files'}, each can be opened.`)]
}

function monthsOf({ paths }: Scene): readonly { readonly file: string; readonly period: string }[] {
  return readdirSync(paths.history)
    .toSorted()
    .flatMap((file) => {
      const [, period] = /^history-(\d{4}-\d\d|other)[.]db$/.exec(file) ?? []
      return period === undefined ? [] : [{ file, period }]
    })
}

function damageOf(file: string, period: string): readonly Finding[] {
  try {
    if (!isSqlite(file)) throw new Error('it is not a database')
    // Every page would take as long as reading all of history; where the tables begin tells of most damage.
    withDatabase(file, (db) => db.all('SELECT rows FROM totals UNION ALL SELECT count(*) FROM series'))
    return []
  } catch (fault) {
    return [
      warning(
        ABOUT,
        `${file} cannot be read: ${(fault as Error).message}.`,
        `Put history-${period}.db of a backup in its place before the start; else the platform sets it aside when it meets the damage, and keeps of the month what the log still holds.`,
      ),
    ]
  }
}
