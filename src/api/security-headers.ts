/**
 * Headers of every answer; a route may set its own over them. No Strict-Transport-Security: it would send a browser
 * that has seen 8443 to TLS on 8080 too, where there is none.
 */
export const securityHeaders: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-dns-prefetch-control': 'off',
  'x-permitted-cross-domain-policies': 'none',
  // Answers hold secrets: the device of a GET, a token.
  'cache-control': 'no-store',
}

/** For a page of ours: its own scripts, styles and pictures, nothing inline that runs. */
export const pageSecurityPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; " +
  "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"

/** For the console: as above, but inline styles count only with the nonce of that answer. */
export const consoleSecurityPolicy = (nonce: string): string =>
  `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data:; font-src 'self'; ` +
  "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
