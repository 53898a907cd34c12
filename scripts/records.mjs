import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

/**
 * The records of a recording: lines of JSON, packed by gzip.
 *
 * @param {string} file
 */
export function readRecords(file) {
  const lines = gunzipSync(readFileSync(file)).toString().split('\n')
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line))
}
