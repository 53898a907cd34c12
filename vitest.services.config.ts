import { defineConfig } from 'vitest/config'
import { COMMON } from './vitest.config.js'

/** Tests with real mail servers, which have to be installed: Debian's `postfix`, `dovecot-imapd`, `procmail`, `nginx-light`, `caddy`, `systemd` and `postgresql`. */
export default defineConfig({
  test: {
    ...COMMON,
    include: ['test/services/**/*.test.ts'],
    // They have to start, and to think about what they are given.
    testTimeout: 180_000,
    fileParallelism: false,
  },
})
