import { type TSchema, Type } from 'typebox'

/** Building blocks for the schemas of answers; each takes a description. */

export const number = (description: string) => Type.Integer({ description, minimum: 0 })

export const text = (description: string) => Type.String({ description })

export const flag = (description: string) => Type.Boolean({ description })

/** An absolute address of this server. */
export const address = (description: string) => Type.String({ description, format: 'uri' })

/** UTC: in 1.4 with whole seconds and a `Z`, before that without a zone and with microseconds where there are any. */
export const time = (description: string) => Type.String({ description, format: 'date-time' })

/** Something that may be missing, which is null. */
export function orNull<S extends TSchema>(schema: S, description = describe(schema)) {
  return Type.Union([schema, Type.Null()], { description })
}

function describe(schema: TSchema): string {
  return (schema as { description?: string }).description ?? ''
}

/** The headers of a mail by their names as they were written; one that is there more than once is a list. */
export const Headers = Type.Record(Type.String(), Type.Union([Type.String(), Type.Array(Type.String())]), {
  description: 'The headers of the mail by name, as they were sent; one that is there twice has a list.',
})
