import { defineConfig } from 'vitest/config'
import { COMMON } from './vitest.config.js'

/** Tests with the real clients, which have to be installed: Debian's `git-pw`, `b4` and `curl`. */
export default defineConfig({
  test: {
    ...COMMON,
    include: ['test/clients/**/*.test.ts'],
    // Each call is a program that has to start.
    testTimeout: 180_000,
  },
})
