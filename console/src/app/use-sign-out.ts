import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { forgetSession } from './query-client.ts'
import { sessionQuery, signOut } from '../features/session/session.ts'

/** Ends the session, forgets all that was read in it, and leads to the page for signing in. */
export function useSignOut() {
  const client = useQueryClient()
  const router = useRouter()
  return useMutation({
    mutationFn: signOut,
    async onSuccess() {
      client.setQueryData(sessionQuery.queryKey, null)
      await router.navigate({ to: '/sign-in', search: {} })
      forgetSession()
    },
  })
}
