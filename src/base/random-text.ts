// Without characters that look alike or that a shell or a URL would read differently.
export const passwordLetters = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789'
export const keyLetters = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789'

/** `length` characters, each drawn evenly from `letters`. */
export function randomText(length: number, letters: string): string {
  const even = 256 - (256 % letters.length)
  let made = ''
  while (made.length < length)
    for (const byte of crypto.getRandomValues(new Uint8Array(length)))
      if (byte < even && made.length < length) made += letters[byte % letters.length]
  return made
}

/** A new pair for signing requests; the secret has some 230 bits. */
export const randomKeyPair = (): { readonly accessKey: string; readonly secret: string } => ({
  accessKey: randomText(20, keyLetters),
  secret: randomText(40, passwordLetters),
})
