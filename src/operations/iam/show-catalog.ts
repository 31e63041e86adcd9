import Type from 'typebox'
import { operation } from '../operation.ts'
import { links, LinksBody } from './iam-body.ts'

/** Programs on the bare golangsdk ask for it and use the endpoints they were given (northbound §1.5). */
export const showIamCatalog = operation({
  id: 'KeystoneShowCatalog',
  method: 'GET',
  url: '/v3/auth/catalog',
  tag: 'iam',
  summary: 'The service catalogue, which is empty: clients are given the endpoint',
  status: 200,
  access: 'read',
  reply: Type.Object({ catalog: Type.Array(Type.Unknown()), links: LinksBody }),
  run: () => Promise.resolve({ catalog: [], links }),
})
