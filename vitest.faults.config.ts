import { defineConfig } from 'vitest/config'
import { COMMON, DATABASES, HANG_MS, REPORTERS } from './vitest.config.js'

/** Tests that break things; `scripts/faults.mjs` says how often. */
export default defineConfig({
  test: {
    ...COMMON,
    globalSetup: DATABASES,
    reporters: REPORTERS,
    include: ['test/faults/**/*.test.ts'],
    testTimeout: HANG_MS * Number(process.env.PATCHWORK_FAULT_ROUNDS ?? 1),
  },
})
