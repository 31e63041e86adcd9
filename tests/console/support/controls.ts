import type { Download, Locator, Page } from 'playwright-core'

/** Opens a list of choices and takes the one that is called so. */
export async function chooseOption(page: Page, list: Locator, choice: string): Promise<void> {
  await list.click()
  await page
    .locator('.ant-select-dropdown:visible .ant-select-item-option-content')
    .getByText(choice, { exact: true })
    .click()
}

/** Gives a file by **Select File**, as a person does. */
export async function chooseFile(
  page: Page,
  place: Page | Locator,
  path: string,
  button = 'Select File',
): Promise<void> {
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    place.getByRole('button', { name: button }).click(),
  ])
  await chooser.setFiles(path)
}

/** Chromium drops, without a word, what a page saves beyond ten files in a second; nobody clicks so fast but a test. */
const BURST = { files: 10, millis: 1100 }
const savedAt = new WeakMap<Page, readonly number[]>()

/** What the click of a button or link has the browser save. */
export async function downloaded(page: Page, button: Locator): Promise<Download> {
  const before = savedAt.get(page) ?? []
  const tenth = before.at(-BURST.files)
  if (tenth !== undefined) await page.waitForTimeout(Math.max(0, tenth + BURST.millis - performance.now()))
  savedAt.set(page, [...before.slice(1 - BURST.files), performance.now()])
  const [download] = await Promise.all([page.waitForEvent('download'), button.click()])
  return download
}

/** Presses **Try again** wherever it stands now: a part that asks anew by itself takes its button away. */
export async function tryAgain(page: Page): Promise<void> {
  await page.evaluate(
    "for (const button of document.querySelectorAll('main button')) if (button.textContent === 'Try again') button.click()",
  )
}
