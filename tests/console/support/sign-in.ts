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
