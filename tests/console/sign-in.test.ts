import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { seriousProblems, sidewaysOverflow, visit, visits } from './support/browser.ts'
import { downloaded } from './support/controls.ts'
import { signIn } from './support/sign-in.ts'
import { openSite } from './support/site.ts'

const site = openSite('--host-resolver-rules=MAP console.example 127.0.0.1')

/** What each language calls what stands on the page. */
const words = {
  en: { signIn: 'Sign in', user: 'User name', password: 'Password', overview: 'Overview' },
  'zh-CN': { signIn: '登录', user: '用户名', password: '密码', overview: '总览' },
} as const

test.for(visits)(
  'the page for signing in is whole and open to everyone: $language, $theme, $width px',
  async (how) => {
    const { page, picture, leave } = await site.visit(how)
    const { language = 'en', theme, width } = how
    const say = words[language]

    await page.goto('/')
    await page.getByRole('heading', { name: say.signIn }).waitFor()

    await page.waitForURL((url) => url.pathname === '/sign-in')
    await page.getByLabel(say.user, { exact: true }).waitFor()
    await page.getByLabel(say.password, { exact: true }).waitFor()
    expect(await page.getAttribute('html', 'lang')).toMatch(language === 'en' ? /^en/ : /^zh/)
    expect(await seriousProblems(page)).toEqual([])
    expect(await sidewaysOverflow(page)).toBe(0)
    await picture(`sign-in-${language}-${theme}-${width}`)
    await leave()
  },
)

test('user and password lead to the overview, with the keyboard alone', async () => {
  const { page, leave } = await site.visit()
  await page.goto('/')
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  await expect.poll(() => page.evaluate('document.activeElement.tagName')).toBe('INPUT')

  await page.keyboard.type(site.quayside.credentials.user)
  await page.keyboard.press('Tab')
  await page.keyboard.type(site.quayside.credentials.password)
  await page.keyboard.press('Enter')

  await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor()
  await page.waitForURL((url) => url.pathname === '/overview')
  await leave()
})

test('the cookie is out of the scripts’ reach, and nothing secret is kept where they reach', async () => {
  const { page, context, leave } = await site.visit()
  await signIn(page, site.quayside)

  const cookies = await context.cookies()
  expect(cookies.map(({ name, httpOnly, sameSite, path }) => ({ name, httpOnly, sameSite, path }))).toEqual([
    { name: 'quayside_session', httpOnly: true, sameSite: 'Strict', path: '/' },
  ])
  const reachable = await page.evaluate<string>(
    'document.cookie + JSON.stringify(localStorage) + JSON.stringify(sessionStorage)',
  )
  expect(reachable).not.toContain(cookies[0]?.value)
  expect(reachable).not.toContain(site.quayside.credentials.password)
  await leave()
})

test('a wrong password gets the platform’s own sentence and code, and keeps what was typed', async () => {
  const { page, leave } = await site.visit()
  await page.goto('/sign-in')
  await page.getByLabel('User name').fill('nobody')
  await page.getByLabel('Password', { exact: true }).fill('wrong')

  await page.getByRole('button', { name: 'Sign in' }).click()

  const alert = page.getByRole('alert')
  await alert.getByText('There is no user nobody, or the password is wrong.').waitFor()
  await alert.getByText('QS.login-failed').waitFor()
  expect(await page.getByLabel('User name').inputValue()).toBe('nobody')
  expect(await seriousProblems(page)).toEqual([])
  await leave()
})

test('what is left out is told beside its field, and nothing is sent', async () => {
  const { page, leave } = await site.visit()
  const sent: string[] = []
  await page.goto('/sign-in')
  page.on('request', (each) => void (each.method() === 'POST' && sent.push(each.url())))

  await page.getByRole('button', { name: 'Sign in' }).click()

  await page.getByText('Enter the user name.').waitFor()
  await page.getByText('Enter the password.').waitFor()
  expect(await page.getByLabel('User name').getAttribute('aria-invalid')).toBe('true')
  expect(sent).toEqual([])
  expect(await seriousProblems(page)).toEqual([])
  await leave()
})

test('who followed a link signs in and goes on to what it names, on this platform only', async () => {
  const { page, leave } = await site.visit()
  await page.goto('/settings/spaces?find=Default')
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  await fillIn(page)
  await page.getByRole('heading', { name: 'Resource spaces', level: 1 }).waitFor()
  await page.waitForURL(`${site.origin}/settings/spaces?find=Default`)
  await leave()

  const tricked = await site.visit()
  await tricked.page.goto('/sign-in?next=https%3A%2F%2Fevil.example%2F')
  await fillIn(tricked.page)
  await tricked.page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor()
  await tricked.leave()
})

test('signing out ends the session on the platform, and going back shows nothing of it', async () => {
  const { page, context, leave } = await site.visit()
  await signIn(page, site.quayside)
  const [cookie] = await context.cookies()

  await page.getByRole('button', { name: 'Account of admin' }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()

  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  await expect.poll(() => context.cookies()).toEqual([])
  const answer = await fetch(`${site.origin}/quayside/v1/session`, {
    headers: { cookie: `${cookie?.name}=${cookie?.value}` },
  })
  expect(answer.status).toBe(401)
  await page.goBack()
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  await leave()
})

test('a session that has ended leads back to signing in, and on to where one was', async () => {
  const { page, context, leave } = await site.visit()
  await signIn(page, site.quayside)
  // Nothing is asked any more: so it is the click that finds out.
  await page.getByRole('table', { name: 'Access Details' }).waitFor()
  const [cookie] = await context.cookies()
  const headers = { cookie: `${cookie?.name}=${cookie?.value}` }
  const session = await (await fetch(`${site.origin}/quayside/v1/session`, { headers })).json()
  await fetch(`${site.origin}/quayside/v1/session`, {
    method: 'DELETE',
    headers: { ...headers, 'x-csrf-token': (session as { csrf_token: string }).csrf_token },
  })

  await page.getByRole('link', { name: 'Access keys' }).click()

  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  await fillIn(page)
  await page.getByRole('heading', { name: 'Access keys', level: 1 }).waitFor()
  await leave()
})

test('design §2.2: under the name of the machine, plain HTTP leads to HTTPS, where the console is a secure context', async () => {
  const there = `https://console.example:${site.quayside.ports.https}`
  const lead = await visit(site.browser, `http://console.example:${site.quayside.ports.http}`)
  await lead.page.goto('/')
  await lead.page.getByRole('heading', { name: 'Continue over HTTPS' }).waitFor()
  expect(await seriousProblems(lead.page)).toEqual([])
  await lead.picture('lead-to-https')
  expect(await lead.page.getByRole('link', { name: there }).getAttribute('href')).toBe(`${there}/`)
  const download = await downloaded(
    lead.page,
    lead.page.getByRole('link', { name: 'platform CA certificate' }),
  )
  expect(download.suggestedFilename()).toBe('platform-ca.pem')
  await lead.leave()

  const { page, context, leave } = await visit(site.browser, there)
  await signIn(page, site.quayside)
  expect(await page.evaluate('isSecureContext && typeof crypto.subtle.generateKey')).toBe('function')
  expect((await context.cookies()).map(({ secure }) => secure)).toEqual([true])
  await leave()
})

async function fillIn(page: Page): Promise<void> {
  await page.getByLabel('User name').fill(site.quayside.credentials.user)
  await page.getByLabel('Password', { exact: true }).fill(site.quayside.credentials.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}
