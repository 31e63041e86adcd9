import type { DownlinkDeps } from './deps.ts'

/** What `work` comes to, or `otherwise` when that takes longer; `work` goes on all the same. */
export function within<T>(
  { later }: Pick<DownlinkDeps, 'later'>,
  millis: number,
  work: Promise<T>,
  otherwise: T,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const cancel = later(millis, () => resolve(otherwise))
    work.then(resolve, reject).finally(cancel)
  })
}
