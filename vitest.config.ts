import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { LongestFirst } from './tools/longest-first.ts'

export default defineConfig({
  test: {
    include: ['src', 'console/src', 'tests', 'tools', 'bench'].map((folder) => `${folder}/**/*.test.ts`),
    // One process pool without isolation: 30 files start in 1.5 s instead of 16 s. Tests keep no state in modules.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    pool: 'forks',
    maxWorkers: 2,
    // Against hangs only, on a machine that does a dozen other things. What is waited for is the thing itself, and no
    // longer than it takes.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000 } },
    // Platforms that tests start find their code compiled, as they would in a data folder that is not new.
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules', '.cache', 'compiled') },
  },
})
