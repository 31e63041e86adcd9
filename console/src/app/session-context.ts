import { useSuspenseQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { type Session, sessionQuery } from '../features/session/session.ts'

const signedIn = getRouteApi('/signed-in')

/** Who is signed in; only below the frame, which nobody else gets to. */
export function useSession(): Session | undefined {
  return useSuspenseQuery(sessionQuery).data ?? undefined
}

export type Project = Session['projects'][number]

/** The project that is looked at: the one in the address, else the user's first. */
export function useProject(): Project | undefined {
  const { project } = signedIn.useSearch()
  const projects = useSession()?.projects ?? []
  return projects.find(({ project_id: id }) => id === project) ?? projects[0]
}

/** Id of the resource space that lists are narrowed to, as the top bar has it; undefined: all of the project. */
export const useSpace = (): string | undefined => signedIn.useSearch().space
