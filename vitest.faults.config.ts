import { defineConfig } from 'vitest/config'
import { COMMON, DATABASES } from './vitest.config.js'

/** Tests that break things; `scripts/faults.mjs` says how often. */
export default defineConfig({
  test: {
    ...COMMON,
    globalSetup: DATABASES,
    include: ['test/faults/**/*.test.ts'],
    testTimeout: 3_600_000,
    fileParallelism: false,
  },
})
