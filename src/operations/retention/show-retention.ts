import { readRetention } from '../../store/settings.ts'
import { ProjectParams } from '../fields/fields.ts'
import { operation } from '../operation.ts'
import { RetentionBody, retentionBody } from './retention-body.ts'

export const showRetention = operation({
  id: 'ShowRetention',
  method: 'GET',
  url: '/quayside/v1/:project_id/retention',
  tag: 'platform',
  summary: 'How much of history and log the platform keeps, for all projects, and what they take now',
  status: 200,
  access: 'read',
  params: ProjectParams,
  reply: RetentionBody,
  run: async ({ store, readUsage }) => retentionBody(await readRetention(store), await readUsage()),
})
