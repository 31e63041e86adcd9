import type { Static } from 'typebox'
import type { Limits } from '../../base/limits.ts'
import { Refusal } from '../../base/refusal.ts'
import { findModelProblem } from '../../domain/product-model/check-model.ts'
import type { ServiceModel } from '../../domain/product-model/product-model.ts'
import { readService, type ServiceCapabilities } from './service-capability.ts'

/** The product model a caller sent; refuses one that is too large or contradicts itself (northbound §3.5). */
export function readModel(wire: Static<typeof ServiceCapabilities>, limits: Limits): readonly ServiceModel[] {
  const bytes = Buffer.byteLength(JSON.stringify(wire))
  if (bytes > limits.modelBytesMax) {
    throw new Refusal('invalid-input', {
      field: 'service_capabilities',
      rule: `must be at most ${limits.modelBytesMax} bytes, not ${bytes}`,
    })
  }
  const services = wire.map(readService)
  const problem = findModelProblem(services)
  if (problem) throw new Refusal('invalid-input', { ...problem })
  return services
}
