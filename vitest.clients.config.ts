import { defineConfig } from 'vitest/config'
import { COMMON, DATABASES, REPORTERS } from './vitest.config.js'

/** Tests with the real clients, which have to be installed: Debian's `git-pw`, `b4`, `curl` and `python3-jsonschema`, and
 * the generators of `test/clients/generated`. */
export default defineConfig({
  test: {
    ...COMMON,
    globalSetup: DATABASES,
    reporters: REPORTERS,
    include: ['test/clients/**/*.test.ts'],
  },
})
