import type { ReactNode } from 'react'
import { type Project, useProject } from './session-context.ts'

/** Renders what is about the project that is looked at; nothing while signing out, when there is none any more. */
export function ProjectPage({ children }: { readonly children: (project: Project) => ReactNode }) {
  const project = useProject()
  return project ? children(project) : null
}
