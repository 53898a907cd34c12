import { defineConfig } from 'vitest/config'
import { COMMON, DATABASES, REPORTERS } from './vitest.config.js'

/** Tests that break things; `scripts/faults.mjs` says how often. */
export default defineConfig({
  test: {
    ...COMMON,
    globalSetup: DATABASES,
    reporters: REPORTERS,
    include: ['test/faults/**/*.test.ts'],
    testTimeout: 3_600_000,
    fileParallelism: false,
  },
})
