/** The page of one device. */
export const texts = {
  device: {
    purpose: 'What the device says now, what it said before, and how it connects.',
  },
} as const
