import type { DeviceId } from '../base/ids.ts'
import type { KeptUplink } from '../domain/uplink/kept-uplink.ts'

/** Joins answers of devices with those who wait for them. */
export interface WaitingAnswers {
  /**
   * Resolves with the answer of this device to this request, or with 'timeout'. To be called before the request is
   * sent, since the answer may come at once. Rejects with {@link TooManyWaiting}.
   */
  wait(deviceId: DeviceId, requestId: string, millis: number, signal?: AbortSignal): Promise<Answer>
  /** False: nobody waits for it. */
  answered(uplink: KeptUplink): boolean
}

export type Answer = KeptUplink | 'timeout' | 'aborted'

/** More calls wait for devices than memory is kept for. */
export class TooManyWaiting extends Error {
  override readonly name = 'TooManyWaiting'
}

/** `max`: calls that may wait at a time. */
export function createWaitingAnswers({ max }: { readonly max: number }): WaitingAnswers {
  const waiting = new Map<string, (answer: Answer) => void>()
  const keyOf = (deviceId: DeviceId, requestId: string) => `${deviceId} ${requestId}`
  return {
    wait(deviceId, requestId, millis, signal) {
      if (waiting.size >= max) return Promise.reject(new TooManyWaiting(`${max} calls wait for devices`))
      const key = keyOf(deviceId, requestId)
      if (waiting.has(key)) return Promise.reject(new Error(`request id ${requestId} is in use`))
      return new Promise<Answer>((resolve) => {
        const settle = (answer: Answer): void => {
          waiting.delete(key)
          clearTimeout(timer)
          signal?.removeEventListener('abort', abort)
          resolve(answer)
        }
        const abort = () => settle('aborted')
        const timer = setTimeout(() => settle('timeout'), millis)
        waiting.set(key, settle)
        if (signal?.aborted) abort()
        else signal?.addEventListener('abort', abort, { once: true })
      })
    },
    answered(uplink) {
      const settle = waiting.get(keyOf(uplink.deviceId, uplink.requestId ?? ''))
      settle?.(uplink)
      return settle !== undefined
    },
  }
}
