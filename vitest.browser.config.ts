import { defineConfig } from 'vitest/config'
import { COMMON, REPORTERS } from './vitest.config.js'

/** Tests in a real browser, which has to be installed: Debian's `chromium`. */
export default defineConfig({
  test: {
    reporters: REPORTERS,
    include: ['test/browser/**/*.test.ts'],
    execArgv: COMMON.execArgv,
    testTimeout: COMMON.testTimeout,
    hookTimeout: COMMON.hookTimeout,
    // A browser is several processes already.
    maxWorkers: 2,
  },
})
