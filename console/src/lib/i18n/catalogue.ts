import type { en } from './en.ts'

/** The shape of every language's catalogue: English sets it, the compiler holds the others to it. */
export type Catalogue = Texts<typeof en>

type Texts<T> = { readonly [K in keyof T]: T[K] extends string ? string : Texts<T[K]> }
