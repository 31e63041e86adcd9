import Type from 'typebox'
import { milliTime, ProjectParams } from '../fields/fields.ts'
import { operation } from '../operation.ts'

const steps = [
  'product',
  'model',
  'ca-certificate',
  'ca-verified',
  'device',
  'connected',
  'reported',
] as const

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
    steps: Type.Array(
      Type.Object({
        step: Type.Union(steps.map((step) => Type.Literal(step))),
        done: Type.Boolean(),
        at: Type.Optional(milliTime()),
        product_id: Type.Optional(Type.String()),
        app_id: Type.Optional(Type.String()),
        certificate_id: Type.Optional(Type.String()),
        device_id: Type.Optional(Type.String()),
      }),
      {
        description: 'All of them, in this order; the ids are those of the first object that took the step.',
      },
    ),
  }),
  run: () => Promise.reject(new Error('to come')),
})
