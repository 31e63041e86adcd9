/** Sentence and remedy of each connection code, per language; parameters in braces. */
export const connectionCodes = {
  'connection-accepted': {
    en: { sentence: 'The device was let in.', remedy: '' },
    zh: { sentence: '设备已接入。', remedy: '' },
  },
} as const satisfies Record<string, VerdictText>

export type ConnectionCode = keyof typeof connectionCodes

export interface VerdictText {
  readonly en: { readonly sentence: string; readonly remedy: string }
  readonly zh: { readonly sentence: string; readonly remedy: string }
}
