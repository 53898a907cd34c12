import { readFileSync } from 'node:fs'

/** @param {readonly number[]} values */
export function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0
}

/**
 * The value that `percent` of the values do not exceed.
 *
 * @param {readonly number[]} values
 * @param {number} percent
 */
export function percentile(values, percent) {
  return values.toSorted((a, b) => a - b)[Math.ceil((values.length * percent) / 100) - 1] ?? 0
}

/**
 * Memory of a process, in bytes: what it has now (`VmRSS`), or the most that it had (`VmHWM`).
 *
 * @param {number} pid
 * @param {'VmRSS' | 'VmHWM'} kind
 */
export function memoryOf(pid, kind) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(new RegExp(`${kind}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) * 1024
}
