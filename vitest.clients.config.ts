import { defineConfig } from 'vitest/config'
import common from './vitest.config.js'

/** Tests with the real clients, which have to be installed: Debian's `git-pw` and `b4`. */
export default defineConfig({
  test: { ...common.test, include: ['test/clients/**/*.test.ts'], exclude: [] },
})
