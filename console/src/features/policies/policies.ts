import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { call, type Reply } from '../../api/client.ts'

export type Policy = Reply<'GET /quayside/v1/{project_id}/policies'>['policies'][number]
export type Statement = Policy['statement'][number]
export type Action = Statement['actions'][number]
export type TargetType = keyof Policy['targets']
export type TopicAnswer = Reply<'POST /quayside/v1/{project_id}/explain/topic'>

export const actions: readonly Action[] = ['iotda:devices:publish', 'iotda:devices:subscribe']
export const isPublish = (action: Action): boolean => action === 'iotda:devices:publish'

/** Of the platform: what a policy may hold. */
export const STATEMENTS_MAX = 10
export const RESOURCES_MAX = 10
export const PAGE_SIZE = 50

export const policiesKey = (projectId: string) => ['policies', projectId] as const

interface Wanted {
  readonly search: string
  readonly spaceId: string | undefined
  /** Counted from 1. */
  readonly page: number
}

/** One page of policies, newest first, with what they say and how much each is bound to. */
export const policyListQuery = (projectId: string, { search, spaceId, page }: Wanted) =>
  queryOptions({
    queryKey: [...policiesKey(projectId), 'list', search, spaceId, page],
    queryFn: ({ signal }) =>
      call('GET /quayside/v1/{project_id}/policies', {
        params: { project_id: projectId },
        query: {
          limit: PAGE_SIZE,
          offset: (page - 1) * PAGE_SIZE,
          ...(search !== '' && { search }),
          ...(spaceId !== undefined && { app_id: spaceId }),
        },
        signal,
      }),
    placeholderData: keepPreviousData,
  })

/** What a form about a policy makes. */
export interface PolicyDraft {
  readonly policy_name: string
  readonly statement: readonly Statement[]
}

export const createPolicy = (projectId: string, draft: PolicyDraft, spaceId: string | undefined) =>
  call('POST /v5/iot/{project_id}/device-policies', {
    params: { project_id: projectId },
    body: { ...copied(draft), ...(spaceId !== undefined && { app_id: spaceId }) },
  })

export const savePolicy = (projectId: string, policyId: string, draft: PolicyDraft) =>
  call('PUT /v5/iot/{project_id}/device-policies/{policy_id}', {
    params: { project_id: projectId, policy_id: policyId },
    body: copied(draft),
  })

const copied = ({ policy_name, statement }: PolicyDraft) => ({ policy_name, statement: [...statement] })

export const deletePolicy = (projectId: string, policyId: string) =>
  call('DELETE /v5/iot/{project_id}/device-policies/{policy_id}', {
    params: { project_id: projectId, policy_id: policyId },
  })

/** The newest bindings of a policy, and how many there are in all. */
export const targetsQuery = (projectId: string, policyId: string) =>
  queryOptions({
    queryKey: [...policiesKey(projectId), 'targets', policyId],
    queryFn: ({ signal }) =>
      call('POST /v5/iot/{project_id}/device-policies/{policy_id}/list-targets', {
        params: { project_id: projectId, policy_id: policyId },
        body: { limit: 50 },
        signal,
      }),
  })

export interface Target {
  readonly type: TargetType
  readonly id: string
}

/** Rejects with the platform's sentence about the one target. */
export async function changeBinding(
  projectId: string,
  policyId: string,
  verb: 'bind' | 'unbind',
  { type, id }: Target,
): Promise<void> {
  const { failure_targets: failures } = await call(
    `POST /v5/iot/{project_id}/device-policies/{policy_id}/${verb}`,
    {
      params: { project_id: projectId, policy_id: policyId },
      body: { target_type: type, target_ids: [id] },
    },
  )
  const [failure] = failures
  if (failure) throw new Error(failure.error_msg)
}

export interface TopicQuestion {
  readonly deviceId: string
  readonly action: 'publish' | 'subscribe'
  readonly topic: string
}

export const explainTopic = (projectId: string, { deviceId, action, topic }: TopicQuestion) =>
  call('POST /quayside/v1/{project_id}/explain/topic', {
    params: { project_id: projectId },
    body: { device_id: deviceId, action, topic },
  })
