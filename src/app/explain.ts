import { parseReport } from '../codec/payload/report.ts'
import type { Clock } from '../base/instant.ts'
import type { Limits } from '../base/limits.ts'
import { Refusal } from '../base/refusal.ts'
import { compileModel } from '../domain/product-model/check-value.ts'
import { compilePolicies, decidePolicies } from '../domain/policy/policy.ts'
import { decideReport } from '../domain/report/decide-report.ts'
import { previewEnrolment } from '../device-auth/enrol.ts'
import { answerTopic } from '../router/answer-topic.ts'
import { createConnectionExplainer } from '../device-auth/explain.ts'
import { tryTemplate } from '../device-auth/try-template.ts'
import type { OperationDeps } from '../operations/operation.ts'
import { findBridgeAnywhere } from '../store/bridges.ts'
import { listCaCertificates } from '../store/ca-certificates.ts'
import { listPoliciesOf } from '../store/device-policies.ts'
import { findDeviceAnywhere } from '../store/devices.ts'
import { findGroupAnywhere } from '../store/registration-groups.ts'
import { findProductByKey } from '../store/products.ts'
import type { Store } from '../store/store.ts'

/** "Would it connect?", "would it be stored?" and "may it use this topic?": the deciding functions themselves, with nothing written. */
export function createExplainer(
  store: Store,
  clock: Clock,
  limits: Limits,
  lenientEventTime: boolean,
): Pick<OperationDeps, 'explainConnection' | 'explainReport' | 'explainTopic' | 'tryTemplate'> {
  return {
    explainConnection: createConnectionExplainer({
      clock,
      limits,
      findDevice: (deviceId) => findDeviceAnywhere(store, deviceId),
      findBridge: (bridgeId) => findBridgeAnywhere(store, bridgeId),
      listCaCertificates: (projectId) => listCaCertificates(store, projectId),
      findGroup: (scope) => findGroupAnywhere(store, scope),
      previewEnrolment: (request) => previewEnrolment(store, request, clock.now(), limits),
    }),
    tryTemplate: (input) => tryTemplate(store, input),
    async explainReport(deviceId, payload) {
      const device = await findDeviceAnywhere(store, deviceId)
      if (!device) throw new Refusal('device-not-found', { deviceId })
      const product = await findProductByKey(store, device.productKey)
      const report = parseReport(Buffer.from(payload, 'utf8'))
      return decideReport(product && compileModel(product.services), report, clock.now(), {
        lenientEventTime,
      })
    },
    async explainTopic(question) {
      const policies = compilePolicies(await listPoliciesOf(store, question.device))
      return answerTopic(question, (grant, action, topic) => decidePolicies([policies], action, topic, grant))
    },
  }
}
