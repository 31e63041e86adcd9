import { operation } from '../operation.ts'
import { requireTemplate, Template, TemplateParams, templateReply } from './template-body.ts'

export const showProvisioningTemplate = operation({
  id: 'ShowProvisioningTemplate',
  method: 'GET',
  url: '/v5/iot/:project_id/provisioning-templates/:template_id',
  tag: 'provisioning-templates',
  summary: 'Get a template with its body',
  status: 200,
  access: 'read',
  params: TemplateParams,
  reply: Template,
  run: async ({ store }, { params, caller }) =>
    templateReply(await requireTemplate(store, caller.projectId, params.template_id)),
})
