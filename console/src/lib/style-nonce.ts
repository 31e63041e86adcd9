/** As much of a document as this touches. */
interface StyledPage {
  querySelector(selector: string): { readonly nonce?: string } | null
  createElement(tag: string, options?: ElementCreationOptions): { readonly tagName: string; nonce?: string }
}

/**
 * Gives every `<style>` element that our scripts make the page's nonce. The page's policy allows styles of our own
 * origin and with that nonce, and nothing else: antd writes its styles at run time, and hands the nonce of
 * ConfigProvider to most of its parts, but not to all (the scroll lock of dialogs has none). Markup that someone
 * smuggled into the page still has no nonce, since it does not come through `createElement`.
 */
export function giveStylesNonce(page: StyledPage): void {
  const nonce = page.querySelector('meta[property="csp-nonce"]')?.nonce
  if (nonce === undefined || nonce === '') return
  const create = page.createElement.bind(page)
  page.createElement = (tag, options) => {
    const element = create(tag, options)
    if (element.tagName === 'STYLE') element.nonce = nonce
    return element
  }
}
