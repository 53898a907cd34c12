import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [
      'test/clients/**',
      'test/browser/**',
      'test/services/**',
      'test/faults/**',
      'test/hostile/memory.test.ts',
    ],
    setupFiles: ['test/support/validated.ts'],
    globalSetup: ['test/support/databases.ts'],
    execArgv: ['--import', './test/support/sources.mjs'],
    // By default one processor is left free.
    maxWorkers: availableParallelism(),
    // A test fails by what it finds, and not because the machine is busy.
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
})
