import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { explainDocument } from './explain-doc.ts'

test('docs/explain.md holds every verdict (npm run generate writes it)', () => {
  expect(readFileSync(new URL('../docs/explain.md', import.meta.url), 'utf8')).toBe(explainDocument())
})
