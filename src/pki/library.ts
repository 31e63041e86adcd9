import { createRequire } from 'node:module'

type Pkijs = typeof import('pkijs')

const require = createRequire(import.meta.url)
let loaded: Pkijs | undefined

/**
 * The X.509 library, loaded with the first certificate that needs it: it takes about 20 MB in each thread, which a
 * thread whose devices come right below their CA, or with secrets, need not pay.
 */
export function pkijs(): Pkijs {
  return (loaded ??= require('pkijs') as Pkijs)
}
