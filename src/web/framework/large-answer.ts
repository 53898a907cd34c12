import type { FastifyReply } from 'fastify'
import type { Database } from '../../db/schema.js'
import { type TextKind, textSizes } from '../../domain/patches/text-sizes.js'

/** Waits until the texts of a mail have room in memory; see `LargeAnswers`. */
export async function enterLargeAnswer(
  reply: FastifyReply,
  db: Database,
  kind: TextKind,
  id: number,
): Promise<void> {
  const [bytes] = (await textSizes(db, kind, [id])).values()
  await reply.server.largeAnswers.enter(reply.raw, bytes ?? 0)
}
