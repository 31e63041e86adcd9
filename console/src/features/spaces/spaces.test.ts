import { expect, test } from 'vitest'
import { inOrder, matching, type Space } from './spaces.ts'

const aSpace = (name: string, part: Partial<Space> = {}): Space => ({
  app_id: `id-of-${name.toLowerCase()}`,
  app_name: name,
  create_time: '20261122T120000Z',
  default_app: false,
  ...part,
})

const namesOf = (spaces: readonly Space[]) => spaces.map(({ app_name: name }) => name)

test('the default resource space stands first, the others by name', () => {
  const spaces = [aSpace('lab'), aSpace('Basement'), aSpace('DefaultApp', { default_app: true })]

  expect(namesOf(inOrder(spaces))).toEqual(['DefaultApp', 'Basement', 'lab'])
})

test('a resource space is found by a part of its name or of its ID, whatever the case', () => {
  const spaces = [aSpace('lab'), aSpace('Basement', { app_id: 'ab12' })]

  expect(namesOf(matching(spaces, ' BASE'))).toEqual(['Basement'])
  expect(namesOf(matching(spaces, 'AB1'))).toEqual(['Basement'])
  expect(namesOf(matching(spaces, ''))).toEqual(['lab', 'Basement'])
  expect(matching(spaces, 'attic')).toEqual([])
})
