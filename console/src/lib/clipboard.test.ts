import { expect, test, vi } from 'vitest'
import { copyToClipboard } from './clipboard.ts'

/** As much of a document as copying touches. */
function aDocument(copies: boolean) {
  const field = {
    value: '',
    readOnly: false,
    style: {},
    select: vi.fn<() => void>(),
    remove: vi.fn<() => void>(),
  }
  const page = {
    createElement: () => field,
    activeElement: null,
    body: { append: vi.fn<(node: unknown) => void>() },
    execCommand: vi.fn<() => boolean>(() => copies),
  }
  return { page: page as unknown as Document, field, execCommand: page.execCommand }
}

test('in a secure context the clipboard is written directly', async () => {
  const writeText = vi.fn<(text: string) => Promise<void>>(async () => undefined)
  const { page, execCommand } = aDocument(true)

  expect(
    await copyToClipboard('abc', { clipboard: { writeText } as unknown as Clipboard, document: page }),
  ).toBe(true)
  expect(writeText).toHaveBeenCalledWith('abc')
  expect(execCommand).not.toHaveBeenCalled()
})

test('over plain HTTP, and when the clipboard is refused, a field is copied and removed', async () => {
  const refusing = { writeText: () => Promise.reject(new DOMException('no', 'NotAllowedError')) }
  for (const clipboard of [undefined, refusing as unknown as Clipboard]) {
    const { page, field } = aDocument(true)

    expect(await copyToClipboard('abc', { clipboard, document: page })).toBe(true)
    expect(field.value).toBe('abc')
    expect(field.select).toHaveBeenCalled()
    expect(field.remove).toHaveBeenCalled()
  }
})

test('a browser that refuses both ways is told of, not passed over', async () => {
  const { page } = aDocument(false)

  expect(await copyToClipboard('abc', { clipboard: undefined, document: page })).toBe(false)
})
