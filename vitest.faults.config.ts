import { defineConfig } from 'vitest/config'
import common from './vitest.config.js'

/** Tests that break things; `scripts/faults.mjs` says how often. */
export default defineConfig({
  test: {
    ...common.test,
    include: ['test/faults/**/*.test.ts'],
    exclude: [],
    testTimeout: 3_600_000,
    fileParallelism: false,
  },
})
