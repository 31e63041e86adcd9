import { queryOptions } from '@tanstack/react-query'
import { call, type Reply } from '../../api/client.ts'

export type Step = Reply<'GET /quayside/v1/{project_id}/progress'>['steps'][number]
export type StepName = Step['step']

/** How a person goes the way: with openssl, as the guide does, or by the wizard in the browser. */
export const ways = ['book', 'wizard'] as const
export type Way = (typeof ways)[number]

const progressKey = (projectId: string) => ['progress', projectId] as const

/** What of the guide has happened here. */
export const progressQuery = (projectId: string) =>
  queryOptions({
    queryKey: progressKey(projectId),
    queryFn: async ({ signal }) =>
      (
        await call('GET /quayside/v1/{project_id}/progress', {
          params: { project_id: projectId },
          signal,
        })
      ).steps,
  })

/** The step that is to be done next; undefined when all are. */
export const openStep = (steps: readonly Step[]): StepName | undefined =>
  steps.find(({ done }) => !done)?.step

/** What its step led to, e.g. the id of the product. */
export const stepOf = (steps: readonly Step[], name: StepName): Step | undefined =>
  steps.find(({ step }) => step === name)

/** Which of `before` and `after` were taken in between. */
export function ticked(before: readonly Step[], after: readonly Step[]): readonly StepName[] {
  return after
    .filter(({ step, done }) => done && stepOf(before, step)?.done === false)
    .map(({ step }) => step)
}
