import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { COMMON, REPORTERS, RUN_FOLDER } from './vitest.config.js'

const isWalk = ({ moduleId }: TestSpecification) => moduleId.includes('/browser/pages')

/** Walks over pages take longest, however short their files are: they start first, so that both processes end together. */
class WalksFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- it is no array's.
    const sorted = await super.sort(files)
    return sorted.toSorted((one, other) => Number(isWalk(other)) - Number(isWalk(one)))
  }
}

/** Tests in a real browser, which has to be installed: Debian's `chromium-headless-shell`, or `chromium`, which takes three times as much work. */
export default defineConfig({
  test: {
    globalSetup: RUN_FOLDER,
    reporters: REPORTERS,
    include: ['test/browser/**/*.test.ts'],
    execArgv: COMMON.execArgv,
    testTimeout: COMMON.testTimeout,
    hookTimeout: COMMON.hookTimeout,
    // Files share the modules loaded in their process.
    isolate: false,
    sequence: { sequencer: WalksFirst },
    // A browser is several processes already.
    maxWorkers: 2,
  },
})
