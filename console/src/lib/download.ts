/** Has the browser save `content` as a file; nothing goes over the network. */
export function saveFile(name: string, content: string | Uint8Array<ArrayBuffer>, type: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  document.body.append(link)
  link.click()
  link.remove()
  // The download has its own hold on the content only once it has begun.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
