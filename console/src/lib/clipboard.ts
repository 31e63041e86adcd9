/**
 * Copies `text`; false when the browser refuses both ways. `navigator.clipboard` is there only in a secure context
 * (HTTPS or localhost), and people do open the console over plain HTTP in their own network: then a hidden field is
 * selected and copied, as browsers did before.
 */
export async function copyToClipboard(
  text: string,
  page: { readonly clipboard: Clipboard | undefined; readonly document: Document } = {
    clipboard: navigator.clipboard,
    document,
  },
): Promise<boolean> {
  try {
    if (page.clipboard) {
      await page.clipboard.writeText(text)
      return true
    }
  } catch {
    // Refused by a policy or for want of focus: the other way may still be open.
  }
  return copyByField(text, page.document)
}

function copyByField(text: string, page: Document): boolean {
  const field = page.createElement('textarea')
  field.value = text
  field.readOnly = true
  Object.assign(field.style, { position: 'fixed', top: '0', opacity: '0' })
  // Whatever has the focus can get it.
  const before = page.activeElement as (Element & HTMLOrSVGElement) | null
  // Inside an open dialog: the rest of the page cannot be selected while the dialog keeps the focus.
  const holder = before?.closest('[role="dialog"]') ?? page.body
  holder.append(field)
  field.select()
  try {
    // oxlint-disable-next-line typescript/no-deprecated -- the only way outside a secure context
    return page.execCommand('copy')
  } catch {
    return false
  } finally {
    field.remove()
    before?.focus()
  }
}
