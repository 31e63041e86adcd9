/** Verdicts, failed connections, would it connect, the live tail. */
export const texts = {
  failed: {
    title: 'Failed connections',
    purpose: 'Who was refused, when, why, and what to do about it.',
  },
  would: {
    title: 'Would it connect?',
    purpose: 'Judges a certificate and its connection details as the platform would, without connecting.',
  },
  tail: {
    title: 'Live tail',
    purpose: 'What devices send, as it arrives, with the verdict on each value.',
  },
} as const
