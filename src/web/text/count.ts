/** A number of patches in words: `1 patch`, `12 patches`; `shown` is how the number is written, where not plainly. */
export function countOfPatches(count: number, shown: string = String(count)): string {
  return `${shown} patch${count === 1 ? '' : 'es'}`
}
