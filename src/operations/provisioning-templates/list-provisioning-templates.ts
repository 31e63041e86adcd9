import Type from 'typebox'
import { listTemplates } from '../../store/provisioning-templates.ts'
import { ProjectParams } from '../fields/fields.ts'
import { PageBody, pageBody, pageQuery, pageRequest } from '../fields/paging.ts'
import { operation } from '../operation.ts'
import { TemplateName, templateSummary, TemplateSummary } from './template-body.ts'

export const listProvisioningTemplates = operation({
  id: 'ListProvisioningTemplates',
  method: 'GET',
  url: '/v5/iot/:project_id/provisioning-templates',
  tag: 'provisioning-templates',
  summary: 'List templates, without their bodies',
  status: 200,
  access: 'read',
  params: ProjectParams,
  query: Type.Object({ template_name: Type.Optional(TemplateName), ...pageQuery }),
  reply: Type.Object({ templates: Type.Array(TemplateSummary), page: PageBody }),
  async run({ store }, { query, caller: { projectId } }) {
    const request = pageRequest(query)
    const filter = query.template_name === undefined ? {} : { name: query.template_name }
    const page = await listTemplates(store, projectId, filter, request)
    return { templates: page.rows.map(templateSummary), page: pageBody(page, request) }
  },
})
