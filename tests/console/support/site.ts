import type { Browser } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import { type Quayside, startQuayside } from '../../support/quayside.ts'
import { openBrowser, type Visit, visit, type Visitor } from './browser.ts'
import { signedIn } from './sign-in.ts'

/** A platform and a browser, which the tests of one file share. */
export interface Site {
  readonly quayside: Quayside
  readonly browser: Browser
  /** Of the console, over plain HTTP on this machine. */
  readonly origin: string
  /** A fresh window with nobody signed in. */
  visit(how?: Visit): Promise<Visitor>
  /** A fresh window with the first start's user signed in, on no page yet. Signing in by hand has tests of its own. */
  enter(how?: Visit): Promise<Visitor>
}

/**
 * Called at the top of a test file: both are there from the file's own `beforeAll` on, and end after its `afterAll`.
 * `browserArguments` are Chromium's.
 */
export function openSite(...browserArguments: readonly string[]): Site {
  let quayside: Quayside
  let browser: Browser
  beforeAll(async () => {
    ;[quayside, browser] = await Promise.all([startQuayside(), openBrowser(browserArguments)])
  })
  afterAll(async () => {
    await browser.close()
    await quayside.dispose()
  })
  const site: Site = {
    get quayside() {
      return quayside
    },
    get browser() {
      return browser
    },
    get origin() {
      return `http://localhost:${quayside.ports.http}`
    },
    visit: (how) => visit(browser, site.origin, how),
    async enter(how) {
      const visitor = await site.visit(how)
      await visitor.context.addCookies([await signedIn(quayside)])
      return visitor
    },
  }
  return site
}
