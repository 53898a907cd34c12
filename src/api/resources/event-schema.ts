import { type TSchema, Type } from 'typebox'
import { EmbeddedProject, EmbeddedUser } from '../framework/embedded.js'
import { number, orNull, time } from '../framework/schema.js'

/** The schema of the events of one category. */
export function describe<F extends Record<string, TSchema>>(
  category: string,
  description: string,
  payload: F,
) {
  return Type.Object(
    {
      id: number('Number of the event: what happened later has a larger one.'),
      category: Type.Literal(category, { description: 'What happened.' }),
      project: EmbeddedProject,
      date: time('When it happened, by the clock of the server.'),
      actor: orNull(EmbeddedUser, 'Who made it happen; null if it was mail.'),
      payload: Type.Object(payload, { description: 'What it happened to.' }),
    },
    { description },
  )
}
