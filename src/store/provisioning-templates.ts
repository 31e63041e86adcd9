import type { ProjectId, RowKey } from '../base/ids.ts'
import type { ProvisioningTemplate } from '../domain/provisioning/template.ts'
import { isTemplateFault, parseTemplateBody, templateBodyWire } from '../domain/provisioning/template-wire.ts'
import type { Page, PageRequest } from './page.ts'
import type { Store } from './store.ts'
import type { ProvisioningTemplateTable } from './tables.ts'

export async function insertTemplate({ db }: Store, template: ProvisioningTemplate): Promise<void> {
  await db.insertInto('provisioning_template').values(toRow(template)).execute()
}

export async function findTemplate(
  { db }: Store,
  projectId: ProjectId,
  key: RowKey,
): Promise<ProvisioningTemplate | undefined> {
  const row = await db
    .selectFrom('provisioning_template')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('key', '=', key)
    .executeTakeFirst()
  return row && toTemplate(row)
}

/** All of a project, newest first: `limits.provisioningTemplatesMax` bounds them. */
export async function listAllTemplates(
  { db }: Store,
  projectId: ProjectId,
): Promise<readonly ProvisioningTemplate[]> {
  const rows = await db
    .selectFrom('provisioning_template')
    .selectAll()
    .where('project_id', '=', projectId)
    .orderBy('key', 'desc')
    .execute()
  return rows.map(toTemplate)
}

export async function listTemplates(
  { db }: Store,
  projectId: ProjectId,
  { name }: { readonly name?: string },
  { limit, marker, offset }: PageRequest,
): Promise<Page<ProvisioningTemplate>> {
  let matching = db.selectFrom('provisioning_template').where('project_id', '=', projectId)
  if (name !== undefined) matching = matching.where('name', '=', name)
  const { count } = await matching
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  const rows = await matching
    .selectAll()
    .$if(marker !== undefined, (query) => query.where('key', '<', marker as RowKey))
    .orderBy('key', 'desc')
    .limit(limit)
    .offset(offset)
    .execute()
  return { rows: rows.map(toTemplate), count: Number(count) }
}

/** Writes what can change of a template: description and body. */
export async function saveTemplate({ db }: Store, template: ProvisioningTemplate): Promise<void> {
  const { description, body, updated_at } = toRow(template)
  await db
    .updateTable('provisioning_template')
    .set({ description, body, updated_at })
    .where('project_id', '=', template.projectId)
    .where('key', '=', template.key)
    .executeTakeFirstOrThrow()
}

export async function deleteTemplate({ db }: Store, projectId: ProjectId, key: RowKey): Promise<void> {
  await db
    .deleteFrom('provisioning_template')
    .where('project_id', '=', projectId)
    .where('key', '=', key)
    .execute()
}

/** CA certificates that a template is bound to: it can be deleted only when there are none. */
export async function countTemplateCas({ db }: Store, projectId: ProjectId, key: RowKey): Promise<number> {
  const { count } = await db
    .selectFrom('ca_certificate')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('project_id', '=', projectId)
    .where('template_id', '=', key)
    .executeTakeFirstOrThrow()
  return Number(count)
}

function toTemplate(row: ProvisioningTemplateTable): ProvisioningTemplate {
  const body = parseTemplateBody(JSON.parse(row.body))
  if (isTemplateFault(body)) throw new Error(`the template ${row.key} is damaged: ${body.field} ${body.rule}`)
  return {
    key: row.key,
    projectId: row.project_id,
    name: row.name,
    ...(row.description !== null && { description: row.description }),
    body,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

const toRow = (template: ProvisioningTemplate): ProvisioningTemplateTable => ({
  key: template.key,
  project_id: template.projectId,
  name: template.name,
  description: template.description ?? null,
  body: JSON.stringify(templateBodyWire(template.body)),
  created_at: template.createdAt,
  updated_at: template.updatedAt,
})
