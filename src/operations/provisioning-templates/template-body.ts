import Type, { type Static } from 'typebox'
import { formatBasic } from '../../base/instant.ts'
import { Refusal } from '../../base/refusal.ts'
import { subjectFieldNames } from '../../base/subject-fields.ts'
import { parseRowKey, type ProjectId } from '../../base/ids.ts'
import type { ProvisioningTemplate, TemplateBody } from '../../domain/provisioning/template.ts'
import {
  isTemplateFault,
  parameterName,
  parseTemplateBody,
  TEMPLATE_POLICIES_MAX,
  TEMPLATE_TAGS_MAX,
  templateBodyWire,
} from '../../domain/provisioning/template-wire.ts'
import { findTemplate } from '../../store/provisioning-templates.ts'
import type { Store } from '../../store/store.ts'
import { documented } from '../fields/documented.ts'
import { basicTime, freeText, idText } from '../fields/fields.ts'

const Reference = Type.Object(
  { ref: Type.String({ description: 'Name of a parameter.', examples: [parameterName('common_name')] }) },
  { description: 'Read from the subject of the certificate.' },
)
const TextOrReference = Type.Union([Type.String(), Reference])

/** As the reference documents it (northbound §5.3); `parseTemplateBody` reads it, strictly. */
const TemplateBodySchema = Type.Object(
  {
    parameters: Type.Object(
      Object.fromEntries(
        subjectFieldNames.map((field) => [
          parameterName(field),
          Type.Optional(Type.Object({ type: Type.Literal('String') })),
        ]),
      ),
      { description: 'Fields of the subject that may be referred to.' },
    ),
    resources: Type.Object({
      device: Type.Object({
        device_name: Type.Optional(Reference),
        device_id: Type.Optional(Reference),
        node_id: Reference,
        product_id: TextOrReference,
        tags: Type.Optional(
          Type.Array(Type.Object({ tag_key: TextOrReference, tag_value: Type.Optional(TextOrReference) }), {
            maxItems: TEMPLATE_TAGS_MAX,
          }),
        ),
      }),
      policy: Type.Optional(
        Type.Object({
          policy_ids: Type.Optional(Type.Array(idText(24), { maxItems: TEMPLATE_POLICIES_MAX })),
        }),
      ),
    }),
  },
  {
    title: 'ProvisioningTemplateBody',
    description:
      'What becomes of a device that registers itself. Members that are not named here are refused.',
  },
)
export const TemplateBodyField = documented(TemplateBodySchema)

const templateNameText = (minLength: number) =>
  Type.String({
    minLength,
    maxLength: 128,
    pattern: '^[\\u4e00-\\u9fa5A-Za-z0-9_-]*$',
    'x-rule': 'may hold only letters, digits, Chinese characters, _ and -',
    examples: ['name'],
  })
export const TemplateName = templateNameText(1)
export const TemplateDescription = freeText(2048)

export const TemplateParams = Type.Object({ project_id: Type.String(), template_id: Type.String() })

const summaryFields = {
  template_id: Type.String(),
  template_name: Type.String(),
  description: Type.Optional(Type.String()),
  create_time: basicTime(),
  update_time: basicTime(),
}
export const TemplateSummary = Type.Object(summaryFields, { title: 'ProvisioningTemplateSummary' })
export const Template = Type.Object(
  { ...summaryFields, template_body: Type.Unsafe<ReturnType<typeof templateBodyWire>>(TemplateBodySchema) },
  { title: 'ProvisioningTemplate' },
)

export const templateSummary = (template: ProvisioningTemplate): Static<typeof TemplateSummary> => ({
  template_id: template.key,
  template_name: template.name,
  ...(template.description !== undefined && { description: template.description }),
  create_time: formatBasic(template.createdAt),
  update_time: formatBasic(template.updatedAt),
})

export const templateReply = (template: ProvisioningTemplate): Static<typeof Template> => ({
  ...templateSummary(template),
  template_body: templateBodyWire(template.body),
})

/** Refuses `invalid-input` with the member that is wrong. */
export function readTemplateBody(raw: unknown): TemplateBody {
  const body = parseTemplateBody(raw)
  if (isTemplateFault(body)) throw new Refusal('invalid-input', { field: body.field, rule: body.rule })
  return body
}

/** The template of that id in the caller's project; one of another project is not found. */
export async function requireTemplate(
  store: Store,
  projectId: ProjectId,
  templateId: string,
): Promise<ProvisioningTemplate> {
  const key = parseRowKey(templateId)
  const template = key && (await findTemplate(store, projectId, key))
  if (!template) throw new Refusal('template-not-found', { templateId: templateId.slice(0, 64) })
  return template
}
