/**
 * Takes the pictures of the README, of a platform with a small fleet on it: `npm run pictures`. With a folder as
 * argument, every page instead, in both languages, light and dark, wide and narrow, for people to look at.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { openBrowser, visit, visits } from '../tests/console/support/browser.ts'
import { consolePages, pathOf } from '../tests/console/support/pages.ts'
import { signIn } from '../tests/console/support/sign-in.ts'
import { startDemo } from '../tests/support/demo.ts'
import { startQuayside } from '../tests/support/quayside.ts'

const [everything] = process.argv.slice(2)
const folder = everything ?? join(import.meta.dirname, '..', 'docs', 'pictures')
mkdirSync(folder, { recursive: true })

const [quayside, browser] = await Promise.all([startQuayside(), openBrowser()])
const demo = await startDemo(quayside)
const origin = `http://localhost:${quayside.ports.http}`
const device = `/devices/${encodeURIComponent(demo.deviceId)}`
const failed = `/failed-connections/${demo.refusedId}`

/** Name of the picture, and the page on it. */
const readme = {
  overview: '/overview',
  model: `/products/${demo.productId}?tab=model`,
  device,
  history: `${device}?tab=history&range=24h`,
  'failed-connection': failed,
}

const all = Object.fromEntries(consolePages.map((page) => [page.name, pathOf(page, demo)]))

for (const how of everything ? visits : visits.slice(0, 1)) {
  const { page, context } = await visit(browser, origin, how)
  await signIn(page, quayside, how.language)
  for (const [name, path] of Object.entries(everything ? all : readme)) {
    await page.goto(path)
    await page.locator('h1').first().waitFor()
    await page.locator('.loading').first().waitFor({ state: 'detached' })
    // What comes after the first answers: charts, figures of the last seconds.
    await page.waitForTimeout(1500)
    const suffix = everything ? `-${how.language}-${how.theme}-${how.width}` : ''
    await page.screenshot({ path: join(folder, `${name}${suffix}.png`), fullPage: everything !== undefined })
    process.stdout.write(`${name}${suffix}.png\n`)
  }
  await context.close()
}

await browser.close()
await demo.dispose()
await quayside.dispose()
process.exit(0)
