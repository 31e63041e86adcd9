import { getCACertificates, setDefaultCACertificates } from 'node:tls'

/**
 * Has this whole process trust `ca` (PEM) beside the CAs that it trusts already. For the process and not for each
 * connection: OpenSSL then keeps one store for all of them, where thousands of devices would parse one each.
 */
export function trustAlso(ca: string): void {
  setDefaultCACertificates([...getCACertificates('default'), ca])
}
