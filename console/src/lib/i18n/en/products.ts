/** The pages of products and their models. */
export const texts = {
  products: {
    title: 'Products',
    purpose: 'A product describes devices of one kind: how they speak, and what they report.',
  },
} as const
