// The counts of a script, for CI: in the form of the JSON that the test runner writes.
import { writeFileSync } from 'node:fs'

/**
 * Prints what passed and failed, and writes it to the file that CI_COUNTS names, if it names one.
 *
 * @param {{ passed: number, failed: number }} totals
 */
export function reportCounts({ passed, failed }) {
  console.log(`${passed} passed, ${failed} failed`)
  const file = process.env.CI_COUNTS
  if (file) writeFileSync(file, JSON.stringify({ numPassedTests: passed, numFailedTests: failed }))
}
