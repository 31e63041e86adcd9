import Type, { type Static } from 'typebox'
import { formatIso } from '../../base/instant.ts'
import { findFirstObjects } from '../../store/firsts.ts'
import { milliTime, ProjectParams } from '../fields/fields.ts'
import { operation } from '../operation.ts'

const names = [
  'product',
  'model',
  'ca-certificate',
  'ca-verified',
  'device',
  'connected',
  'reported',
] as const

type StepName = (typeof names)[number]

const StepBody = Type.Object({
  step: Type.Unsafe<StepName>(Type.Union(names.map((name) => Type.Literal(name)))),
  done: Type.Boolean(),
  at: Type.Optional(milliTime()),
  product_id: Type.Optional(Type.String()),
  app_id: Type.Optional(Type.String()),
  certificate_id: Type.Optional(Type.String()),
  device_id: Type.Optional(Type.String()),
})
type Found = Omit<Static<typeof StepBody>, 'step' | 'done'> | undefined

export const showProgress = operation({
  id: 'ShowProgress',
  method: 'GET',
  url: '/quayside/v1/:project_id/progress',
  tag: 'progress',
  summary: 'How far is the way from an empty platform to a device that reports?',
  status: 200,
  access: 'read',
  params: ProjectParams,
  reply: Type.Object({
    steps: Type.Array(StepBody, {
      description: 'All of them, in this order; the ids are those of the first object that took the step.',
    }),
  }),
  async run({ store, readFirsts }, { caller: { projectId } }) {
    const { product, modelled, certificate, verified, device } = await findFirstObjects(store, projectId)
    const { connected, reported } = await readFirsts(projectId)
    const found: Record<StepName, Found> = {
      product: product && {
        at: formatIso(product.createdAt),
        product_id: product.productId,
        app_id: product.spaceId,
      },
      model: modelled && { product_id: modelled.productId, app_id: modelled.spaceId },
      'ca-certificate': certificate && {
        at: formatIso(certificate.createdAt),
        certificate_id: certificate.key,
        app_id: certificate.spaceId,
      },
      'ca-verified': verified && { certificate_id: verified.key, app_id: verified.spaceId },
      device: device && {
        at: formatIso(device.createdAt),
        device_id: device.deviceId,
        app_id: device.spaceId,
      },
      connected: connected && { at: formatIso(connected.at), device_id: connected.deviceId },
      reported: reported && { at: formatIso(reported.at), device_id: reported.deviceId },
    }
    return { steps: names.map((step) => ({ step, done: found[step] !== undefined, ...found[step] })) }
  },
})
