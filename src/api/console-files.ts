import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { IncomingHttpHeaders } from 'node:http'
import { join } from 'node:path'
import { preferredLanguage } from './language.ts'
import { consoleSecurityPolicy } from './security-headers.ts'
import type { RouteAnswer } from './route.ts'

/** The console as it was built. */
export interface ConsoleOptions {
  /** Holds index.html, and under assets/ files whose names change with their content. */
  readonly folder: string
  /** The page for who comes over plain HTTP from another machine; `url` is where the console will work. */
  leadPage(url: string, language: 'en' | 'zh'): string
}

export interface ConsoleRequest {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly isSecure: boolean
  /** Undefined where there is none: then nobody is led anywhere. */
  readonly httpsPort: number | undefined
}

/**
 * What the console answers to a GET that no operation and no route took: its files, and its page for every address
 * that a browser may have kept of it. Undefined for anything else.
 */
export async function consoleAnswer(
  { folder, leadPage }: ConsoleOptions,
  request: ConsoleRequest,
): Promise<RouteAnswer | undefined> {
  const { path, headers } = request
  if (isPage(request)) {
    const elsewhere = secureAddress(request)
    if (elsewhere === undefined) return page(folder)
    return html(leadPage(elsewhere, preferredLanguage(headers['accept-language'])))
  }
  // One level, and no name that begins with a dot: nothing outside the folder can be named.
  const [, assets, name = ''] = /^\/(assets\/)?([\w-][\w.-]*)$/.exec(path) ?? []
  const type = types[name.split('.').at(-1) ?? '']
  if (type === undefined || !name.includes('.')) return undefined
  return file(join(folder, assets ?? '', name), headers['accept-encoding'], {
    'content-type': type,
    'cache-control': assets === undefined ? 'public, max-age=3600' : 'public, max-age=31536000, immutable',
  })
}

/** First parts of paths that are the platform's: what is not there is told in their own form. */
const platformPaths = new Set(['quayside', 'v3', 'v5', 'docs', 'health', 'metrics', 'resources', 'assets'])

function isPage({ path, headers }: ConsoleRequest): boolean {
  if (path === '/' || path === '/index.html') return true
  const [, first = '', ...rest] = path.split('/')
  if (platformPaths.has(first) || /\.\w{1,8}$/.test(rest.at(-1) ?? first)) return false
  return headers.accept?.includes('text/html') === true
}

const types: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  ico: 'image/x-icon',
  js: 'text/javascript; charset=utf-8',
  png: 'image/png',
  svg: 'image/svg+xml',
  txt: 'text/plain; charset=utf-8',
  webmanifest: 'application/manifest+json',
  woff2: 'font/woff2',
}

/** Styles that antd makes at run time carry a nonce that is new with every answer; so no other inline style counts. */
async function page(folder: string): Promise<RouteAnswer | undefined> {
  const text = await contentOf(join(folder, 'index.html'))
  if (!text) return undefined
  const nonce = randomBytes(16).toString('base64')
  return html(text.toString('utf8').replaceAll('__CSP_NONCE__', nonce), {
    'content-security-policy': consoleSecurityPolicy(nonce),
  })
}

const html = (body: string, headers: Readonly<Record<string, string>> = {}): RouteAnswer => ({
  status: 200,
  headers: { 'content-type': 'text/html; charset=utf-8', ...headers },
  body,
})

/** Compressed when it was built: there is nothing to compute here, and the best that each kind can do was worth it. */
const encodings = [
  { name: 'br', suffix: '.br' },
  { name: 'gzip', suffix: '.gz' },
] as const

async function file(
  path: string,
  accepted: string | string[] | undefined,
  headers: Readonly<Record<string, string>>,
): Promise<RouteAnswer | undefined> {
  const names = String(accepted ?? '')
    .split(',')
    .map((coding) => coding.trim().toLowerCase())
  for (const { name, suffix } of encodings) {
    const compressed = names.some((coding) =>
      new RegExp(`^${name}(\\s*;\\s*q=(?!0(\\.0*)?$).*)?$`).test(coding),
    )
      ? await contentOf(path + suffix)
      : undefined
    if (compressed)
      return {
        status: 200,
        headers: { ...headers, vary: 'Accept-Encoding', 'content-encoding': name },
        body: compressed,
      }
  }
  const body = await contentOf(path)
  return body && { status: 200, headers: { ...headers, vary: 'Accept-Encoding' }, body }
}

async function contentOf(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path)
  } catch (fault) {
    const { code } = fault as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'EISDIR' || code === 'ENAMETOOLONG') return undefined
    throw fault
  }
}

/**
 * Where the console will work, for who comes over plain HTTP from another machine: there the page is no secure
 * context, without WebCrypto and clipboard, and the password would go over the network as it is (design §2.2).
 * Undefined where it works as it is.
 */
function secureAddress({ path, headers, isSecure, httpsPort }: ConsoleRequest): string | undefined {
  if (isSecure || httpsPort === undefined) return undefined
  const hostname = URL.parse(`http://${headers.host ?? ''}`)?.hostname
  // What a browser takes for trustworthy without TLS (W3C Secure Contexts §3.1).
  if (hostname === undefined || /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname))
    return undefined
  return `https://${hostname}:${httpsPort}${path === '/index.html' ? '/' : path}`
}
