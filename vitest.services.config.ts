import { defineConfig } from 'vitest/config'
import { COMMON, DATABASES, REPORTERS } from './vitest.config.js'

/** Tests with real mail servers, which have to be installed: Debian's `postfix`, `dovecot-imapd`, `procmail`, `nginx-light`, `caddy`, `systemd` and `postgresql`. */
export default defineConfig({
  test: {
    ...COMMON,
    globalSetup: DATABASES,
    reporters: REPORTERS,
    include: ['test/services/**/*.test.ts'],
    fileParallelism: false,
  },
})
