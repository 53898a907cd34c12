import { defineConfig } from 'vitest/config'
import { COMMON, DATABASES } from './vitest.config.js'

/** What memory a built server takes under attack: minutes, and gigabytes that are made for it. */
export default defineConfig({
  test: {
    ...COMMON,
    globalSetup: DATABASES,
    include: ['test/hostile/memory.test.ts'],
    maxWorkers: 1,
  },
})
