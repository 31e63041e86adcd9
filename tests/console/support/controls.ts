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

/** What the click of a button or link has the browser save. */
export async function downloaded(page: Page, button: Locator): Promise<Download> {
  const [download] = await Promise.all([page.waitForEvent('download'), button.click()])
  return download
}

/** Presses **Try again** wherever it stands now: a part that asks anew by itself takes its button away. */
export async function tryAgain(page: Page): Promise<void> {
  await page.evaluate(
    "for (const button of document.querySelectorAll('main button')) if (button.textContent === 'Try again') button.click()",
  )
}
