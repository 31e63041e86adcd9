import { queryOptions } from '@tanstack/react-query'

/** Models of common kinds of devices; loaded when one is to be chosen. */
export const presetsQuery = queryOptions({
  queryKey: ['preset-models'],
  queryFn: async () => (await import('./presets/all.ts')).presets,
  staleTime: Infinity,
})
