import { strict as assert } from 'node:assert'
import Type from 'typebox'
import { findProject } from '../../store/projects.ts'
import { operation } from '../operation.ts'
import { DOMAIN_NAME, links, LinksBody } from './iam-body.ts'

export const listIamDomains = operation({
  id: 'KeystoneListAuthDomains',
  method: 'GET',
  url: '/v3/auth/domains',
  tag: 'iam',
  summary: 'The domain of these credentials',
  status: 200,
  access: 'read',
  reply: Type.Object({
    domains: Type.Array(
      Type.Object({
        id: Type.String(),
        name: Type.String(),
        enabled: Type.Boolean(),
        description: Type.String(),
      }),
    ),
    links: LinksBody,
  }),
  async run({ store }, { caller }) {
    const project = await findProject(store, caller.projectId)
    assert(project, 'credentials belong to a project that exists')
    return { domains: [{ id: project.domainId, name: DOMAIN_NAME, enabled: true, description: '' }], links }
  },
})
