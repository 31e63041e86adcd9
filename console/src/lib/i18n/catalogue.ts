import type { texts as bridges } from './en/bridges.ts'
import type { texts as certificates } from './en/certificates.ts'
import type { texts as core } from './en/core.ts'
import type { texts as device } from './en/device.ts'
import type { texts as devices } from './en/devices.ts'
import type { texts as diagnose } from './en/diagnose.ts'
import type { texts as policies } from './en/policies.ts'
import type { texts as products } from './en/products.ts'
import type { texts as provisioning } from './en/provisioning.ts'
import type { texts as tools } from './en/tools.ts'

/** The parts of a catalogue, each loaded with the pages that speak it; `core` with the first. */
export interface Parts {
  readonly core: Texts<typeof core>
  readonly policies: Texts<typeof policies>
  readonly products: Texts<typeof products>
  readonly devices: Texts<typeof devices>
  readonly device: Texts<typeof device>
  readonly bridges: Texts<typeof bridges>
  readonly certificates: Texts<typeof certificates>
  readonly diagnose: Texts<typeof diagnose>
  readonly provisioning: Texts<typeof provisioning>
  readonly tools: Texts<typeof tools>
}

/** What `t` can say, whichever parts are loaded: no section stands in two parts (a test). */
export type Catalogue = Parts['core'] &
  Parts['policies'] &
  Parts['products'] &
  Parts['devices'] &
  Parts['device'] &
  Parts['bridges'] &
  Parts['certificates'] &
  Parts['diagnose'] &
  Parts['provisioning'] &
  Parts['tools']

/** The shape of a part in every language: English sets it, the compiler holds the others to it. */
export type Texts<T> = { readonly [K in keyof T]: T[K] extends string ? string : Texts<T[K]> }
