import { queryOptions } from '@tanstack/react-query'
import { call, type Reply } from '../../api/client.ts'

export type TemplateSummary = Reply<'GET /v5/iot/{project_id}/provisioning-templates'>['templates'][number]
export type Template = Reply<'GET /v5/iot/{project_id}/provisioning-templates/{template_id}'>
export type TemplateBody = Template['template_body']
export type Trial = Reply<'POST /quayside/v1/{project_id}/explain/provisioning'>
export type SubjectField = keyof Trial['fields']

/** What of a CA certificate says which template its devices register by. */
export interface BoundCa {
  readonly certificate_id: string
  readonly cn_name: string
  readonly provision_enable: boolean
  readonly template_id?: string
}

/** A page of the reference; a project holds fewer. */
const TEMPLATES_PAGE = 50

export const templatesKey = (projectId: string) => ['provisioning', projectId, 'templates'] as const

/** All of a project, newest first, without their bodies. */
export const templatesQuery = (projectId: string) =>
  queryOptions({
    queryKey: [...templatesKey(projectId), 'list'],
    queryFn: async ({ signal }): Promise<readonly TemplateSummary[]> =>
      (
        await call('GET /v5/iot/{project_id}/provisioning-templates', {
          params: { project_id: projectId },
          query: { limit: TEMPLATES_PAGE },
          signal,
        })
      ).templates,
  })

export const templateQuery = (projectId: string, templateId: string) =>
  queryOptions({
    queryKey: [...templatesKey(projectId), 'one', templateId],
    queryFn: ({ signal }) =>
      call('GET /v5/iot/{project_id}/provisioning-templates/{template_id}', {
        params: { project_id: projectId, template_id: templateId },
        signal,
      }),
  })

/** What a form about a template makes. The platform judges the body, member by member. */
export interface TemplateDraft {
  readonly name: string
  readonly description: string
  readonly body: TemplateBody
}

export const createTemplate = (projectId: string, { name, description, body }: TemplateDraft) =>
  call('POST /v5/iot/{project_id}/provisioning-templates', {
    params: { project_id: projectId },
    body: { template_name: name, template_body: body, ...(description !== '' && { description }) },
  })

/** The name stays: it cannot be changed. An empty description takes away the one there was. */
export const saveTemplate = (projectId: string, before: Template, { description, body }: TemplateDraft) =>
  call('PUT /v5/iot/{project_id}/provisioning-templates/{template_id}', {
    params: { project_id: projectId, template_id: before.template_id },
    body: {
      template_body: body,
      ...(description !== (before.description ?? '') && { description: description || null }),
    },
  })

export const deleteTemplate = (projectId: string, templateId: string) =>
  call('DELETE /v5/iot/{project_id}/provisioning-templates/{template_id}', {
    params: { project_id: projectId, template_id: templateId },
  })

/** Nothing is kept of the certificate, and no device is made. */
export const tryTemplate = (projectId: string, templateId: string, certificate: string) =>
  call('POST /quayside/v1/{project_id}/explain/provisioning', {
    params: { project_id: projectId },
    body: { template_id: templateId, certificate },
  })
