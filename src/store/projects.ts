import type { ProjectId } from '../base/ids.ts'
import type { Project } from '../domain/space/space.ts'
import type { Store } from './store.ts'
import type { ProjectTable } from './tables.ts'

/** 'exists': the id is taken; nothing was written. */
export async function insertProject({ db }: Store, project: Project): Promise<'created' | 'exists'> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('project')
    .values({
      project_id: project.projectId,
      name: project.name,
      domain_id: project.domainId,
      created_at: project.createdAt,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n ? 'created' : 'exists'
}

export async function findProject({ db }: Store, projectId: ProjectId): Promise<Project | undefined> {
  const row = await db
    .selectFrom('project')
    .selectAll()
    .where('project_id', '=', projectId)
    .executeTakeFirst()
  return row && toProject(row)
}

/** Oldest first: the first one was made at the first start. */
export async function listProjects({ db }: Store, limit: number): Promise<readonly Project[]> {
  const rows = await db
    .selectFrom('project')
    .selectAll()
    .orderBy('created_at')
    .orderBy('project_id')
    .limit(limit)
    .execute()
  return rows.map(toProject)
}

const toProject = (row: ProjectTable): Project => ({
  projectId: row.project_id,
  name: row.name,
  domainId: row.domain_id,
  createdAt: row.created_at,
})
