import { ProjectParams } from '../fields/fields.ts'
import { operation } from '../operation.ts'
import { PlatformBody, platformBody, publicPlatformBody } from './platform-body.ts'

export const showPlatform = operation({
  id: 'ShowPlatform',
  method: 'GET',
  url: '/quayside/v1/:project_id/platform',
  tag: 'platform',
  summary: 'How to get in: hosts, ports, the CA to trust; without credentials only name, version and ports',
  status: 200,
  access: 'optional',
  params: ProjectParams,
  reply: PlatformBody,
  run: ({ platform, limits }, { caller }) =>
    Promise.resolve(
      caller ? platformBody(platform(), limits, caller.projectId) : publicPlatformBody(platform()),
    ),
})
