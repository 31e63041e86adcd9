import Type from 'typebox'
import { Refusal } from '../../base/refusal.ts'
import type { ProvisioningTemplate } from '../../domain/provisioning/template.ts'
import { insertTemplate, listAllTemplates } from '../../store/provisioning-templates.ts'
import { inTransaction } from '../../store/transaction.ts'
import { ProjectParams } from '../fields/fields.ts'
import { operation } from '../operation.ts'
import {
  readTemplateBody,
  Template,
  TemplateBodyField,
  TemplateDescription,
  TemplateName,
  templateReply,
} from './template-body.ts'

/** It does nothing until a CA certificate is bound to it. */
export const createProvisioningTemplate = operation({
  id: 'CreateProvisioningTemplate',
  method: 'POST',
  url: '/v5/iot/:project_id/provisioning-templates',
  tag: 'provisioning-templates',
  summary: 'Create a template for devices that register themselves',
  status: 201,
  access: 'write',
  audit: 'provisioning-template.create',
  params: ProjectParams,
  body: Type.Object({
    template_name: TemplateName,
    description: Type.Optional(TemplateDescription),
    template_body: TemplateBodyField,
  }),
  reply: Template,
  async run({ store, clock, ids, limits }, { body, caller: { projectId } }) {
    const now = clock.now()
    const template: ProvisioningTemplate = {
      key: ids.rowKey(),
      projectId,
      name: body.template_name,
      ...(body.description !== undefined && { description: body.description }),
      body: readTemplateBody(body.template_body),
      createdAt: now,
      updatedAt: now,
    }
    await inTransaction(store, async (tx) => {
      const limit = limits.provisioningTemplatesMax
      if ((await listAllTemplates(tx, projectId)).length >= limit)
        throw new Refusal('template-quota', { limit })
      await insertTemplate(tx, template)
    })
    return templateReply(template)
  },
})
