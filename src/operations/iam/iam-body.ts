import { createHash } from 'node:crypto'
import Type from 'typebox'
import type { Project } from '../../domain/space/space.ts'

/*
 * The part of IAM v3 that the reference's clients need (northbound §1.3, §1.5). There are no domains here: any name
 * is accepted, and each project answers with one of its own.
 */

/** `links` of every list: there is one page. */
export const LinksBody = Type.Object({
  self: Type.String(),
  next: Type.Null(),
  previous: Type.Null(),
})
export const links = { self: '', next: null, previous: null }

export const DOMAIN_NAME = 'quayside'

export const ProjectBody = Type.Object({
  id: Type.String(),
  name: Type.String(),
  domain_id: Type.String(),
  parent_id: Type.String(),
  enabled: Type.Boolean(),
  is_domain: Type.Boolean(),
  description: Type.String(),
})

export const projectBody = ({ projectId, name, domainId }: Project) => ({
  id: projectId,
  name,
  domain_id: domainId,
  parent_id: domainId,
  enabled: true,
  is_domain: false,
  description: '',
})

/** Users have a name only; clients want an id that stays the same: 32 hex digits made of the name. */
export const userId = (name: string): string =>
  createHash('sha256').update(`user:${name}`).digest('hex').slice(0, 32)
