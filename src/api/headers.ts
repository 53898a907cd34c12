import { headerFields } from '../mail/headers.js'

/** Header names as they were written, each with its value or, if it is there more than once, all of them. */
export function headersObject(text: string): Record<string, string | string[]> {
  const fields = headerFields(text)
  const byName = new Map<string, string[]>()
  for (const [name, value] of fields) {
    const key = name.toLowerCase()
    const values = byName.get(key)
    if (values) values.push(value)
    else byName.set(key, [value])
  }
  return Object.fromEntries(
    fields.map(([name]) => {
      const values = byName.get(name.toLowerCase()) as string[]
      return [name, values.length === 1 ? (values[0] as string) : values]
    }),
  )
}
