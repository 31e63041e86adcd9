import { Refusal } from '../../base/refusal.ts'
import { countTemplateCas, deleteTemplate } from '../../store/provisioning-templates.ts'
import { inTransaction } from '../../store/transaction.ts'
import { operation } from '../operation.ts'
import { requireTemplate, TemplateParams } from './template-body.ts'

export const deleteProvisioningTemplate = operation({
  id: 'DeleteProvisioningTemplate',
  method: 'DELETE',
  url: '/v5/iot/:project_id/provisioning-templates/:template_id',
  tag: 'provisioning-templates',
  summary: 'Delete a template that is bound to no CA certificate',
  status: 204,
  access: 'write',
  audit: 'provisioning-template.delete',
  params: TemplateParams,
  run: ({ store }, { params, caller: { projectId } }) =>
    inTransaction(store, async (tx) => {
      const { key } = await requireTemplate(tx, projectId, params.template_id)
      const certificates = await countTemplateCas(tx, projectId, key)
      if (certificates > 0) throw new Refusal('template-in-use', { certificates })
      await deleteTemplate(tx, projectId, key)
    }),
})
