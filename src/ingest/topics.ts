import type { Database } from '../db/schema.js'
import { isAwaited } from '../domain/mails/awaited.js'
import { CHANGE_ID } from '../domain/series/prerequisites.js'
import { touchSeries } from '../domain/topics/link.js'
import { deleteMentions, insertMentions, listMentionsOf } from '../domain/topics/mentions.js'
import { orderSent } from '../domain/topics/posting.js'
import { MAX_PATCHES } from '../domain/topics/queries.js'
import type { StoredMail } from '../domain/topics/relink.js'
import { changeId } from '../mail/depends-on.js'
import { parseMail } from '../mail/parse.js'
import { parseSubject } from '../mail/subject.js'
import type { ParsedMail, ParsedSubject } from '../mail/types.js'
import { versionLinks } from '../mail/version-links.js'
import type { Incoming } from './outcome.js'
import type { Placement } from './placement.js'
import { versionTargets } from './prerequisites.js'

/** What a mail says of earlier versions of its series, and when topics are decided again. */

type Source = { kind: 'patch' | 'cover'; id: number }

interface Named {
  kind: 'change-id' | 'supersedes' | 'link' | 'reply'
  target: string
}

/** Maximum number of references that may lead to an earlier version. */
const MAX_REFERENCES = 20

/** The mentions of earlier versions in a mail. */
function mentionsIn(
  mail: Pick<ParsedMail, 'changeId' | 'versionLinks' | 'references'>,
  { version, marker, prefixes }: Pick<ParsedSubject, 'version' | 'marker' | 'prefixes'>,
): Named[] {
  const named: Named[] = mail.versionLinks.flatMap(({ kind, target }) =>
    versionTargets(target).map((each) => ({ kind, target: each })),
  )
  if (mail.changeId !== undefined) named.push({ kind: 'change-id', target: CHANGE_ID + mail.changeId })
  if (mayAnswerVersion({ version, marker, prefixes }))
    for (const target of mail.references.slice(0, MAX_REFERENCES)) named.push({ kind: 'reply', target })
  return named
}

/** Whether the references of a mail may lead to an earlier version: a later patch answers its own first mail. */
function mayAnswerVersion({
  version,
  marker,
  prefixes,
}: Pick<ParsedSubject, 'version' | 'marker' | 'prefixes'>): boolean {
  const isFirst = (marker?.number ?? 0) <= 1
  return isFirst && (version > 1 || prefixes.some((word) => /re-?send|repost/i.test(word)))
}

/** Stores what a mail says of earlier versions, and has those decided again that named it. */
export async function addMentions(db: Database, incoming: Incoming, source: Source): Promise<void> {
  const { mail, subject, project, messageId } = incoming
  await insertMentions(db, project.id, source, mentionsIn(mail, subject))
  await touchAwaiting(db, project.id, messageId)
}

/** Has the series whose mails name a message id decided again, after the mail with that id arrived or moved. */
export async function touchAwaiting(db: Database, project: number, messageId: string): Promise<void> {
  if (!(await isAwaited(db, [messageId], 'version'))) return
  for (const { series_id } of await listMentionsOf(db, project, [messageId])) touchSeries(db, series_id)
}

/**
 * Whether a patch changes what its series is compared by: it begins or completes it, comes before the patches that are
 * there, or says something of earlier versions.
 */
export function mayChangeTopic({ mail, subject, messageId }: Incoming, place: Placement): boolean {
  const { isNew, number, others, series } = place
  if (isNew || !others || number === null) return true
  if (others.length + 1 >= Math.min(series.total, MAX_PATCHES)) return true
  if (others.every((other) => number < other.number)) return true
  return orderSent(series.earliest, series.date).endsWith(messageId) || mentionsIn(mail, subject).length > 0
}

/** Replaces what a mail says of earlier versions, after it was parsed again. */
export async function replaceMentions(
  db: Database,
  project: number,
  source: Source,
  mail: Parameters<typeof mentionsIn>[0],
  subject: Parameters<typeof mentionsIn>[1],
): Promise<void> {
  await deleteMentions(db, source)
  await insertMentions(db, project, source, mentionsIn(mail, subject))
}

/** Stores what a mail says of earlier versions that was stored without that, such as an imported one. */
export async function addStoredMentions(db: Database, mail: StoredMail): Promise<void> {
  const { kind, id, project_id, name, headers, content } = mail
  const subject = parseSubject(name, [])
  const references = mayAnswerVersion(subject) ? parseMail(Buffer.from(`${headers}\n\n`)).references : []
  const said = { changeId: changeId(content), versionLinks: versionLinks(content), references }
  await insertMentions(db, project_id, { kind, id }, mentionsIn(said, subject))
}
