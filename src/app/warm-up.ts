import './run.ts'

/*
 * Compiles all that the platform runs, so that the compile cache holds it. The launcher runs this once for each
 * version: a start whose code is in the cache needs no TypeScript stripper, which costs 10 to 20 MB in each thread
 * for as long as the platform runs.
 */

// These two refuse to run outside a thread; by then all that they import has been compiled.
await Promise.allSettled([import('./store-thread.ts'), import('./listener-thread.ts')])
