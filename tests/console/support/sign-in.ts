import type { Page } from 'playwright-core'
import type { Quayside } from '../../support/quayside.ts'

const words = {
  en: { user: 'User name', password: 'Password', submit: 'Sign in' },
  'zh-CN': { user: '用户名', password: '密码', submit: '登录' },
} as const

/** Signs in by hand, as the first start's user, and waits for the page that follows. */
export async function signIn(
  page: Page,
  { credentials }: Quayside,
  language: keyof typeof words = 'en',
): Promise<void> {
  const { user, password, submit } = words[language]
  await page.goto('/sign-in')
  await page.getByLabel(user, { exact: true }).fill(credentials.user)
  await page.getByLabel(password, { exact: true }).fill(credentials.password)
  await page.getByRole('button', { name: submit }).click()
  await page.waitForURL((url) => url.pathname !== '/sign-in')
}

/** A session of the first start's user, begun as the page of signing in begins it; for `addCookies`. */
export async function signedIn({ credentials, ports }: Quayside) {
  const { user: username, password } = credentials
  const origin = `http://localhost:${ports.http}`
  const answer = await fetch(`${origin}/quayside/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password }),
  })
  const [cookie = ''] = answer.headers.getSetCookie()
  const [, name, value] = /^([^=]+)=([^;]+); /.exec(cookie) ?? []
  if (answer.status !== 201 || name === undefined || value === undefined)
    throw new Error(`the first start's user was not let in: ${answer.status} ${await answer.text()}`)
  return { name, value, url: origin, httpOnly: true, sameSite: 'Strict' as const }
}
