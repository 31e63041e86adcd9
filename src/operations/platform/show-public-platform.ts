import { operation } from '../operation.ts'
import { PublicPlatformBody, publicPlatformBody } from './platform-body.ts'

export const showPublicPlatform = operation({
  id: 'ShowPublicPlatform',
  method: 'GET',
  url: '/quayside/v1/platform',
  tag: 'platform',
  summary: 'Name, version and ports of the platform',
  status: 200,
  access: 'public',
  reply: PublicPlatformBody,
  run: ({ platform }) => Promise.resolve(publicPlatformBody(platform())),
})
