import type { DeviceId } from '../base/ids.ts'

/** Work for each device, one piece after the other; that of other devices goes on beside it. */
export class Lanes {
  readonly #last = new Map<DeviceId, Promise<void>>()

  /** Resolves, or rejects, as `work` does when its turn has come; what came before it is not its concern. */
  run<T>(deviceId: DeviceId, work: () => Promise<T>): Promise<T> {
    const mine = (this.#last.get(deviceId) ?? Promise.resolve()).then(work)
    const settled = mine.then(
      () => undefined,
      () => undefined,
    )
    this.#last.set(deviceId, settled)
    void settled.then(() => {
      if (this.#last.get(deviceId) === settled) this.#last.delete(deviceId)
    })
    return mine
  }
}
