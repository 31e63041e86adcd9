import { Buffer } from 'node:buffer'

/** RFC 4648 §4, with or without the padding. */
export const isBase64 = (text: string): boolean =>
  /^[A-Za-z0-9+/]*={0,2}$/.test(text) &&
  Buffer.from(text, 'base64').toString('base64').replaceAll('=', '') === text.replaceAll('=', '')
