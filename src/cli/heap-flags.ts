import { setFlagsFromString } from 'node:v8'

/**
 * Has the heap of this process grow to twice of what is in use at most before garbage is collected. By itself it
 * grows to four times, which under many large answers is most of the memory of the server.
 */
export function limitGarbage(): void {
  setFlagsFromString('--heap-growing-percent=100')
}

/**
 * Has the heap of this process grow slowly. An import makes garbage so fast that the collector would rather take
 * memory than time: several times of what is in use, and more the longer it goes on.
 */
export function beFrugal(): void {
  setFlagsFromString('--semi-space-growth-factor=1')
  limitGarbage()
}
