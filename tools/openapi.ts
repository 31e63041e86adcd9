import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openApiDocument } from '../src/api/openapi.ts'
import { operations } from '../src/operations/all.ts'

/** Text of openapi/openapi.json, made of the operations; `/docs/openapi.json` serves the same document. */
export function openapiDocument(): string {
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')) as {
    version: string
  }
  return `${JSON.stringify(openApiDocument(operations, version), null, 2)}\n`
}
