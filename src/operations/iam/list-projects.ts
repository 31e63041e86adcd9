import { strict as assert } from 'node:assert'
import Type from 'typebox'
import { findProject } from '../../store/projects.ts'
import { operation } from '../operation.ts'
import { links, LinksBody, ProjectBody, projectBody } from './iam-body.ts'

export const listIamProjects = operation({
  id: 'KeystoneListProjects',
  method: 'GET',
  url: '/v3/projects',
  tag: 'iam',
  summary: 'The project of these credentials',
  status: 200,
  access: 'read',
  query: Type.Object({
    name: Type.Optional(
      Type.String({ maxLength: 128, description: 'A region; whichever it is, the answer is the same.' }),
    ),
  }),
  reply: Type.Object({ projects: Type.Array(ProjectBody), links: LinksBody }),
  // Exactly one project, whatever the region's name: with none or two the SDKs fail or go astray (northbound §1.5).
  async run({ store }, { caller }) {
    const project = await findProject(store, caller.projectId)
    assert(project, 'credentials belong to a project that exists')
    return { projects: [projectBody(project)], links }
  },
})
