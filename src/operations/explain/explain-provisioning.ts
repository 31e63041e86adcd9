import Type from 'typebox'
import { Refusal } from '../../base/refusal.ts'
import { subjectFieldNames } from '../../base/subject-fields.ts'
import { renderVerdict } from '../../domain/verdict/render.ts'
import { certificatesIn, readPasted } from '../../pki/pem.ts'
import { orNull, ProjectParams } from '../fields/fields.ts'
import { operation } from '../operation.ts'
import {
  readTemplateBody,
  requireTemplate,
  TemplateBodyField,
} from '../provisioning-templates/template-body.ts'
import { ProblemBody } from './decoded-certificate.ts'

const CHAIN_CHARACTERS_MAX = 65_536

export const explainProvisioning = operation({
  id: 'ExplainProvisioning',
  method: 'POST',
  url: '/quayside/v1/:project_id/explain/provisioning',
  tag: 'explain',
  summary: 'Which device would this template make of this certificate, or why none? Nothing is kept',
  status: 200,
  access: 'read',
  params: ProjectParams,
  body: Type.Object({
    certificate: Type.String({
      minLength: 1,
      maxLength: CHAIN_CHARACTERS_MAX,
      description: 'PEM, the device certificate first, then its intermediates if there are any.',
    }),
    template_id: Type.Optional(Type.String({ maxLength: 64, description: 'A template that is stored, or' })),
    template_body: Type.Optional(TemplateBodyField),
  }),
  reply: Type.Object(
    {
      registers: Type.Boolean({
        description: 'true: connecting with it as device_id registers the device, and lets it in.',
      }),
      fields: Type.Object(
        Object.fromEntries(subjectFieldNames.map((name) => [name, orNull(Type.String())])),
        { description: 'What the subject of the certificate holds; null: nothing.' },
      ),
      fingerprint: Type.String({ description: 'SHA-256.' }),
      device: orNull(
        Type.Object(
          {
            device_id: Type.String(),
            node_id: Type.String(),
            product_id: Type.String(),
            device_name: orNull(Type.String()),
            tags: Type.Array(Type.Object({ tag_key: Type.String(), tag_value: orNull(Type.String()) })),
          },
          { description: 'null: the template makes none of it.' },
        ),
      ),
      ca: orNull(
        Type.Object(
          { certificate_id: Type.String(), name: Type.String() },
          { description: 'The CA certificate that it leads to; null: none of this project.' },
        ),
      ),
      problems: Type.Array(ProblemBody, { description: 'Everything that speaks against it.' }),
    },
    { title: 'TemplateTrial' },
  ),
  async run(deps, { body, caller: { projectId }, language }) {
    const found = certificatesIn(readPasted(body.certificate))
    if (found instanceof Refusal) throw found
    const chain = found.map(({ der }) => der)
    const template = await templateOf(deps, projectId, body)
    const trial = await deps.tryTemplate({ projectId, template, chain, now: deps.clock.now() })
    const { device, ca, fields } = trial
    return {
      registers: trial.problems.length === 0,
      fields: Object.fromEntries(subjectFieldNames.map((name) => [name, fields[name] ?? null])),
      fingerprint: trial.fingerprint,
      device: device
        ? {
            device_id: device.deviceId,
            node_id: device.nodeId,
            product_id: device.productId,
            device_name: device.name ?? null,
            tags: device.tags.map(({ key, value }) => ({ tag_key: key, tag_value: value ?? null })),
          }
        : null,
      ca: ca ? { certificate_id: ca.key, name: ca.name } : null,
      problems: trial.problems.map(({ code, params }) => ({
        code,
        ...renderVerdict({ code, params }, language),
        params,
      })),
    }
  },
})

async function templateOf(
  { store }: Parameters<typeof explainProvisioning.run>[0],
  projectId: Parameters<typeof requireTemplate>[1],
  body: { template_id?: string; template_body?: unknown },
) {
  const rule = { field: 'template_id', rule: 'is required' }
  if (body.template_body !== undefined) {
    const read = readTemplateBody(body.template_body)
    if (body.template_id === undefined) return { name: '–', body: read }
    // Changes that are not stored yet, tried under the name that CA certificates are bound to.
    return { ...(await requireTemplate(store, projectId, body.template_id)), body: read }
  }
  if (body.template_id === undefined) throw new Refusal('invalid-input', rule)
  return requireTemplate(store, projectId, body.template_id)
}
