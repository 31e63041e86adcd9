import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { certificatesKey } from '../certificates.ts'
import { type ActName, acts, type Plan, type Work } from './acts.ts'

/** Which act is under way, or failed and why. */
export interface Progress {
  readonly busy?: ActName
  readonly failed?: { readonly act: ActName; readonly error: Error }
}

/** The work of the wizard: what has been made, and how to go on. It lives and ends with the page. */
export function useCommissioning(projectId: string) {
  const client = useQueryClient()
  const [work, setWork] = useState<Work>({})
  const [progress, setProgress] = useState<Progress>({})

  /** Runs those of `names` that are not done, in order, until one fails; what was done stays done. */
  async function run(names: readonly ActName[], plan: Plan): Promise<void> {
    if (progress.busy) return
    let present = work
    for (const act of acts) {
      if (!names.includes(act.name) || act.isDone(present)) continue
      setProgress({ busy: act.name })
      try {
        present = { ...present, ...(await act.run(present, plan)) }
        setWork(present)
      } catch (error) {
        setProgress({
          failed: { act: act.name, error: error instanceof Error ? error : new Error(String(error)) },
        })
        return
      }
    }
    setProgress({})
    for (const queryKey of [certificatesKey(projectId), ['devices', projectId]])
      void client.invalidateQueries({ queryKey })
  }

  /** Goes back to `before`: what is not in it has to be made again. */
  function reset(before: Work): void {
    setWork(before)
    setProgress({})
  }

  return { work, progress, run, reset }
}
