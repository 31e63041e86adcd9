import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { expect } from 'vitest'

const EXECUTABLE = '/usr/bin/chromium'
const root = join(import.meta.dirname, '..', '..', '..')
const screenshots = join(root, 'tests', 'console', 'screenshots')

/** Debian's Chromium, without the services that would call home. Fails with the command that brings it. */
export function openBrowser(args: readonly string[] = []): Promise<Browser> {
  if (!existsSync(EXECUTABLE))
    throw new Error(
      `The tests of the console need ${EXECUTABLE}. Run: sudo apt-get update && sudo apt-get install -y chromium fonts-noto-cjk`,
    )
  if (!existsSync(join(root, 'console', 'dist', 'index.html')))
    throw new Error('The console is not built. Run: npm run build')
  return chromium.launch({
    executablePath: EXECUTABLE,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...args,
    ],
  })
}

export interface Visit {
  readonly language?: 'en' | 'zh-CN'
  readonly theme?: 'light' | 'dark'
  /** Of the window, in CSS pixels. */
  readonly width?: number
}

/** How each page is looked at: every width, both languages, light and dark; each with each other once. */
export const visits: readonly Visit[] = [
  { language: 'en', theme: 'light', width: 1280 },
  { language: 'en', theme: 'dark', width: 390 },
  { language: 'zh-CN', theme: 'light', width: 390 },
  { language: 'zh-CN', theme: 'dark', width: 1280 },
]

/** One person's browser window on a platform, and what went wrong in it. */
export interface Visitor {
  readonly page: Page
  readonly context: BrowserContext
  /** Requests that left the platform, errors of scripts, breaches of the security policy, and what was logged as error. */
  readonly faults: readonly string[]
  /** A picture for people to look at, in tests/console/screenshots. */
  picture(name: string): Promise<void>
  /** Fails on any fault. */
  leave(): Promise<void>
}

/** What the browser itself logs as an error and is none. */
const expected = [
  // A refusal; the tests that provoke one look at what the page says of it.
  'Failed to load resource: the server responded with a status of',
  // Over plain HTTP from another machine, which the page there is about.
  'The Cross-Origin-Opener-Policy header has been ignored',
]

/** That a request found no server: refused, cut off, or a kept connection that was gone when it was to be used. */
export const foundNoServer = (fault: string): boolean =>
  /net::ERR_(CONNECTION_\w+|SOCKET_NOT_CONNECTED|EMPTY_RESPONSE)/.test(fault)

/** A fresh window, with nothing remembered, on the platform at `origin`. */
export async function visit(
  browser: Browser,
  origin: string,
  { language = 'en', theme = 'light', width = 1280 }: Visit = {},
): Promise<Visitor> {
  const context = await browser.newContext({
    baseURL: origin,
    locale: language === 'en' ? 'en-US' : language,
    colorScheme: theme,
    viewport: { width, height: width < 600 ? 844 : 900 },
    ignoreHTTPSErrors: true,
    // What moves cannot be compared, and tests need not wait for it.
    reducedMotion: 'reduce',
  })
  context.setDefaultTimeout(patiently.timeout)
  const page = await context.newPage()
  const faults: string[] = []
  page.on('request', (request) => {
    const url = new URL(request.url())
    if (url.origin !== origin && url.protocol !== 'data:' && url.protocol !== 'blob:')
      faults.push(`left the platform: ${request.method()} ${request.url()}`)
  })
  page.on('pageerror', (error) => faults.push(`script failed: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error' && !expected.some((text) => message.text().startsWith(text)))
      faults.push(`logged: ${message.text()}`)
  })
  return {
    page,
    context,
    faults,
    async picture(name) {
      mkdirSync(screenshots, { recursive: true })
      await page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: true })
    },
    async leave() {
      await context.close()
      expect(faults).toEqual([])
    },
  }
}

/** How long is waited for what a page does, by itself and by `expect.poll`: against hangs only, as long as a busy machine needs. */
export const patiently = { timeout: 60_000 } as const

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface Violation {
  readonly id: string
  readonly impact: string | null
  readonly help: string
  readonly nodes: readonly { readonly target: readonly unknown[]; readonly failureSummary?: string }[]
}

/**
 * What axe finds serious or critical on the page as it stands: rules and places; empty when all is well. Style sheets are
 * not read beforehand, which would be a third of its work: no rule that counts here asks for them.
 */
export async function seriousProblems(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe)
  const { violations } = await page.evaluate<{ violations: readonly Violation[] }>(
    "axe.run(document, { resultTypes: ['violations'], preload: false })",
  )
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, help, nodes }) =>
      nodes.map(
        ({ target, failureSummary = '' }) => `${id} (${help}): ${target.join(' ')} ${failureSummary}`,
      ),
    )
}

/** By how many pixels the page is wider than its window: then it must be scrolled sideways. */
export const sidewaysOverflow = (page: Page): Promise<number> =>
  page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth')

/** Where the keyboard is: role and name of the focused element, as far as they tell it apart. */
export const focused = (page: Page): Promise<string> =>
  page.evaluate<string>(
    "(({ tagName, id, textContent }) => [tagName.toLowerCase(), id && '#' + id, textContent.slice(0, 40)].filter(Boolean).join(' '))(document.activeElement)",
  )
