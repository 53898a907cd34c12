/** A function that makes a value on its first call, and returns the same value on later ones. */
export function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined
  return () => (made ??= { value: make() }).value
}

/** A function that calls `make` once for each argument that it is given; it keeps all results for as long as it lives. */
export function onceEach<K, T>(make: (key: K) => T): (key: K) => T {
  const made = new Map<K, T>()
  return (key) => {
    const known = made.get(key)
    if (known !== undefined || made.has(key)) return known as T
    const value = make(key)
    made.set(key, value)
    return value
  }
}
