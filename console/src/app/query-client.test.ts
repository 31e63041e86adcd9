import { expect, test } from 'vitest'
import { sessionQuery } from '../features/session/session.ts'
import { forgetSession, queryClient } from './query-client.ts'

test('threat 11: of a session that is over nothing stays in the page, revealed secrets least of all', async () => {
  queryClient.setQueryData(sessionQuery.queryKey, null)
  queryClient.setQueryData(['device', 'p', 'd'], { device_id: 'd' })
  const mutations = queryClient.getMutationCache()
  await mutations
    .build(queryClient, { mutationFn: () => Promise.resolve({ secret: 'revealed' }) })
    .execute(undefined)
  expect(mutations.getAll().map(({ state }) => state.data)).toEqual([{ secret: 'revealed' }])

  forgetSession()

  expect(mutations.getAll()).toEqual([])
  const left = queryClient.getQueryCache().getAll()
  expect(left.map(({ queryKey }) => queryKey)).toEqual([sessionQuery.queryKey])
})
