import { expect, test } from 'vitest'
import { giveStylesNonce } from './style-nonce.ts'

const aPage = (nonce: string | undefined) => ({
  querySelector: () => (nonce === undefined ? null : { nonce }),
  createElement: (tag: string): { readonly tagName: string; nonce?: string } => ({
    tagName: tag.toUpperCase(),
  }),
})

test('styles that scripts make carry the nonce of the page, other elements do not', () => {
  const page = aPage('abc')

  giveStylesNonce(page)

  expect(page.createElement('style').nonce).toBe('abc')
  expect(page.createElement('script').nonce).toBeUndefined()
})

test('a page without a nonce is left as it is', () => {
  for (const nonce of [undefined, '']) {
    const page = aPage(nonce)

    giveStylesNonce(page)

    expect(page.createElement('style').nonce).toBeUndefined()
  }
})
