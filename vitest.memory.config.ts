import { defineConfig } from 'vitest/config'
import { COMMON, DATABASES, REPORTERS } from './vitest.config.js'

/** What memory a built server takes under attack: minutes, and gigabytes that are made for it. */
export default defineConfig({
  test: {
    ...COMMON,
    globalSetup: DATABASES,
    reporters: REPORTERS,
    include: ['test/hostile/memory.test.ts'],
    maxWorkers: 1,
  },
})
