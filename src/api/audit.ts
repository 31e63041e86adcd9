import type { ProjectId } from '../base/ids.ts'
import type { Logger } from '../base/logger.ts'
import type { AuditEntry } from '../domain/entry/entry.ts'

/** Appends to the log; resolves when it is durable. Without a project: a caller whose project is not known. */
export type Audit = (entry: AuditEntry, projectId: ProjectId | undefined) => Promise<void>

/**
 * Records without failing the call: what was done is done and committed, so an audit trail that cannot be written
 * is an error in the log, not of the caller.
 */
export async function record(
  audit: Audit,
  logger: Logger,
  entry: AuditEntry,
  projectId: ProjectId | undefined,
): Promise<void> {
  try {
    await audit(entry, projectId)
  } catch (fault) {
    logger.error(
      { fault, action: entry.action, actor: entry.actor, outcome: entry.outcome },
      'audit entry was not written',
    )
  }
}

/** What was acted on: the last path parameter behind the project, else the id that the reply gives it. */
export function auditTarget(params: Readonly<Record<string, string>>, reply: unknown): string | undefined {
  const inPath = Object.entries(params).filter(([name]) => name !== 'project_id')
  const last = inPath.at(-1)
  if (last) return last[1]
  const members: Readonly<Record<string, unknown>> =
    typeof reply === 'object' && reply !== null ? { ...reply } : {}
  return ['device_id', 'certificate_id', 'policy_id', 'product_id', 'app_id']
    .map((name) => members[name])
    .find((id) => typeof id === 'string')
}
