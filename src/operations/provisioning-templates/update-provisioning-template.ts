import Type from 'typebox'
import type { ProvisioningTemplate } from '../../domain/provisioning/template.ts'
import { saveTemplate } from '../../store/provisioning-templates.ts'
import { inTransaction } from '../../store/transaction.ts'
import { orNull } from '../fields/fields.ts'
import { operation } from '../operation.ts'
import {
  readTemplateBody,
  requireTemplate,
  Template,
  TemplateBodyField,
  TemplateDescription,
  TemplateParams,
  templateReply,
} from './template-body.ts'

/** Devices that are registered already stay as they are. */
export const updateProvisioningTemplate = operation({
  id: 'UpdateProvisioningTemplate',
  method: 'PUT',
  url: '/v5/iot/:project_id/provisioning-templates/:template_id',
  tag: 'provisioning-templates',
  summary: 'Change a template; devices that registered by it stay as they are',
  status: 200,
  access: 'write',
  audit: 'provisioning-template.update',
  params: TemplateParams,
  body: Type.Object({
    description: Type.Optional(orNull(TemplateDescription)),
    template_body: Type.Optional(TemplateBodyField),
  }),
  reply: Template,
  async run({ store, clock }, { params, body, caller: { projectId } }) {
    const read = body.template_body === undefined ? undefined : readTemplateBody(body.template_body)
    const changed = await inTransaction(store, async (tx) => {
      const { description: before, ...template } = await requireTemplate(tx, projectId, params.template_id)
      // Null takes it away: an empty text counts as absent (northbound §2.1).
      const description = body.description === undefined ? before : (body.description ?? undefined)
      const next: ProvisioningTemplate = {
        ...template,
        ...(description !== undefined && { description }),
        ...(read && { body: read }),
        updatedAt: clock.now(),
      }
      await saveTemplate(tx, next)
      return next
    })
    return templateReply(changed)
  },
})
