import { defineConfig } from 'vitest/config'
import common from './vitest.config.js'

/** What memory a built server takes under attack: minutes, and gigabytes that are made for it. */
export default defineConfig({
  test: {
    ...common.test,
    include: ['test/hostile/memory.test.ts'],
    exclude: [],
    maxWorkers: 1,
  },
})
