/**
 * Each server of a test compiles the same thousands of small functions, by which its router compares addresses, from
 * their source. Here the source of a function is compiled once in a process: a server starts a third faster.
 */

/** Longer ones are made for one schema. */
const MAX_SOURCE = 1000

// Each file of a process loads this module anew.
const owner = globalThis as unknown as { patchworkFunctions?: Map<string, object> }
if (!owner.patchworkFunctions) {
  const compiled = (owner.patchworkFunctions = new Map())
  globalThis.Function = new Proxy(Function, {
    construct(target, sources: string[], newTarget) {
      const key = sources.join('\0')
      const found = compiled.get(key)
      if (found) return found
      const made = Reflect.construct(target, sources, newTarget) as object
      if (key.length <= MAX_SOURCE) compiled.set(key, made)
      return made
    },
  })
}
