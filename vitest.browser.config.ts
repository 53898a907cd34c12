import { defineConfig } from 'vitest/config'
import { COMMON, REPORTERS, RUN_FOLDER } from './vitest.config.js'

/** Tests in a real browser, which has to be installed: Debian's `chromium`. */
export default defineConfig({
  test: {
    globalSetup: RUN_FOLDER,
    reporters: REPORTERS,
    include: ['test/browser/**/*.test.ts'],
    execArgv: COMMON.execArgv,
    testTimeout: COMMON.testTimeout,
    hookTimeout: COMMON.hookTimeout,
    // A browser is several processes already.
    maxWorkers: 2,
  },
})
