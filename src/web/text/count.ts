/** A number of patches in words: `1 patch`, `12 patches`; `shown` replaces the digits of the number. */
export function countOfPatches(count: number, shown: string = String(count)): string {
  return `${shown} patch${count === 1 ? '' : 'es'}`
}
