/** One file that is written from the sources, committed, and held to them by `npm run check`. */
export interface GeneratedFile {
  /** Relative to the repository's root. */
  readonly path: string
  /** The whole text of the file; the same sources always give the same text. */
  make(): Promise<string>
}

/** Every generated file. The makers are loaded only when asked: they import much of the product. */
export const generatedFiles: readonly GeneratedFile[] = [
  { path: 'openapi/openapi.json', make: async () => (await import('./openapi.ts')).openapiDocument() },
  { path: 'docs/explain.md', make: async () => (await import('./explain-doc.ts')).explainDocument() },
  { path: 'console/src/api/types.ts', make: async () => (await import('./api-types.ts')).apiTypes() },
  { path: 'docs/errors.md', make: async () => (await import('./errors-doc.ts')).errorsDocument() },
]
