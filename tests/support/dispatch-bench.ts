import type { DeviceId } from '../../src/base/ids.ts'
import { limits } from '../../src/base/limits.ts'
import type { Device } from '../../src/domain/device/device.ts'
import type { Delivery, Downlink } from '../../src/domain/downlink/downlink.ts'
import type { DownlinkEntry, NewEntry } from '../../src/domain/entry/entry.ts'
import type { ServiceModel } from '../../src/domain/product-model/product-model.ts'
import type { DownlinkDeps } from '../../src/downlink/deps.ts'
import type { Dispatch } from '../../src/downlink/dispatch.ts'
import type { Downlinks } from '../../src/downlink/downlinks.ts'
import { findDevice, insertDevice } from '../../src/store/devices.ts'
import { aDispatch, aDownlinks } from './downlinks.ts'
import { aFilledRegistry } from './filled-registry.ts'
import { aTimers } from './timers.ts'

/** What goes to devices over a real registry in memory, with listeners, log and time in the hands of the test. */
export async function aDispatchBench(services: readonly ServiceModel[] = []) {
  const { store, build, clock, product } = await aFilledRegistry({ services })
  const timers = aTimers(clock)

  const sent: Downlink[] = []
  const logged: NewEntry[] = []
  let deliver: (downlink: Downlink) => Delivery | Promise<Delivery> = () => 'offline'
  const downlinks: Downlinks = aDownlinks((downlink) => {
    sent.push(downlink)
    return deliver(downlink)
  })
  const make = (over: Partial<DownlinkDeps> = {}): Dispatch =>
    aDispatch({
      ...{ store, clock, ids: build.ids, downlinks, limits, later: timers.later },
      append: async (entries) => void logged.push(...entries),
      ...over,
    })
  return {
    clock,
    timers,
    store,
    product,
    downlinks,
    dispatch: make(),
    /** As after a restart: the registry is what is left. */
    restarted: make,
    async aDevice(over: Partial<Device> = {}): Promise<Device> {
      const device = build.aDevice(product, over)
      await insertDevice(store, device)
      return device
    },
    deliver(how: typeof deliver) {
      deliver = how
    },
    /** What was handed to listeners since the last look. */
    sent: (): readonly Downlink[] => sent.splice(0),
    /** The same, as JSON. */
    sentBodies: (): readonly unknown[] =>
      sent.splice(0).map(({ payload }): unknown => JSON.parse(Buffer.from(payload).toString())),
    logged: (): readonly NewEntry[] => logged.splice(0),
    /** Steps that were logged since the last look: `id state code`. */
    steps: (): readonly string[] =>
      logged
        .splice(0)
        .flatMap((entry) => (entry.kind === 'downlink' ? [entry.body] : []))
        .map(({ id, state, code }: DownlinkEntry) => [id, state, code].filter(Boolean).join(' ')),
    due: async (deviceId: DeviceId) => (await findDevice(store, product.projectId, deviceId))?.due ?? 0,
    close: () => store.close(),
  }
}
export type DispatchBench = Awaited<ReturnType<typeof aDispatchBench>>
