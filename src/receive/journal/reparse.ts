import type { Database } from '../../db/schema.js'
import { transaction } from '../../db/transaction.js'
import { mailActor } from '../../domain/actor.js'
import { noteMoved } from '../../domain/comments/early-replies.js'
import { type CommentPlace, hasComment, isSamePlace, type Parent } from '../../domain/comments/queries.js'
import { moveComment, sourceOf } from '../../domain/comments/updates.js'
import {
  findCommentText,
  findDelegation,
  findStoredText,
  listParsed,
  type ParsedRow,
  type StoredText,
  updateCommentText,
  updateCoverText,
  updatePatchText,
} from '../../domain/mails/reparse.js'
import { changePatches } from '../../domain/patches/commands.js'
import { findSeriesByNumber } from '../../domain/patches/submission.js'
import { upsertPerson } from '../../domain/people/updates.js'
import { listProjects } from '../../domain/projects/queries.js'
import type { Source } from '../../domain/series/prerequisites.js'
import { touchSeries } from '../../domain/topics/link.js'
import { replaceTrailers, touchTrailers } from '../../domain/trailers/updates.js'
import { applyConsequences } from '../../ingest/consequences.js'
import { findDelegate } from '../../ingest/delegate.js'
import { replaceDependencies } from '../../ingest/dependencies.js'
import { toIncoming } from '../../ingest/ingest.js'
import type { Incoming } from '../../ingest/outcome.js'
import { findParent } from '../../ingest/parent.js'
import { rearrangeSeries } from '../../ingest/rearrange.js'
import { rehash } from '../../ingest/recompute.js'
import { replaceMentions, touchAwaiting } from '../../ingest/topics.js'
import { patchTrailers, replyTrailers } from '../../ingest/trailers.js'
import { hashDiff } from '../../mail/diff.js'
import { readJournalledMail } from './journal.js'
import { tryParse } from './parse.js'
import { processMails } from './processor.js'

/**
 * Parses the mails of the journal again and stores improved results. Ids stay, and so do changes by
 * users: states, delegates, checks, bundles. A record never changes its kind.
 */

export interface ReparseOptions {
  project: number | undefined
  isDry: boolean
  now: () => Date
  /** Called with a sentence about each change. */
  onChange: (change: string) => void
}

export interface ReparseResult {
  read: number
  changed: number
  taken: number
}

/** Rolls back the transaction of a batch in a dry run. */
class DryRun extends Error {}

/** Parses the journal again, one batch per transaction. */
export async function reparse(database: Database, options: ReparseOptions): Promise<ReparseResult> {
  const result: ReparseResult = { read: 0, changed: 0, taken: 0 }
  for (let after = 0; ; ) {
    const rows = await listParsed(database, after, options.project)
    const last = rows.at(-1)
    if (!last) return result
    await inOneTransaction(database, options.isDry, async (db) => {
      for (const row of rows) await reparseOne(db, row, options, result)
    })
    result.read += rows.length
    after = last.id
  }
}

async function inOneTransaction(
  database: Database,
  isDry: boolean,
  work: (db: Database) => Promise<void>,
): Promise<void> {
  try {
    await transaction(database, async (db) => {
      await work(db)
      if (isDry) throw new DryRun()
    })
  } catch (error) {
    if (!(error instanceof DryRun)) throw error
  }
}

async function reparseOne(
  db: Database,
  row: ParsedRow,
  { now, onChange }: ReparseOptions,
  result: ReparseResult,
): Promise<void> {
  const entry = await readJournalledMail(db, row)
  if (!entry) return
  if (row.outcome === 'ignored' || row.outcome === 'failed') {
    const [processed] = await processMails(db, [entry], now())
    if (!processed || !('id' in processed)) return
    result.taken++
    onChange(`mail ${row.id}: ${row.outcome}, now a ${processed.kind}`)
    return
  }
  const parsed = tryParse(entry.bytes)
  if (parsed instanceof Error) return
  const { messageId, subject, sender } = parsed
  const project = (await listProjects(db)).find(({ id }) => id === row.project_id)
  if (!project || project.removed !== null || messageId === undefined || subject === undefined || !sender)
    return
  const incoming = toIncoming({ ...parsed, messageId, subject, sender }, project, now(), entry.arrived)
  const changes = await changesOf(db, row, incoming)
  if (changes.length === 0) return
  result.changed++
  onChange(`${row.outcome} ${messageId}: ${changes.join(', ')}`)
}

async function changesOf(db: Database, row: ParsedRow, incoming: Incoming): Promise<string[]> {
  if (row.outcome === 'comment') return await reparseComment(db, row, incoming)
  const kind = row.outcome as 'patch' | 'cover'
  const id = kind === 'patch' ? row.patch_id : row.cover_id
  const stored = id === null ? undefined : await findStoredText(db, kind, id)
  if (id === null || !stored) return []
  const changes = await reparseText(db, kind, id, stored, incoming)
  changes.push(...(await reparseSeries(db, stored, incoming)))
  if (kind === 'patch') changes.push(...(await reparseDelegate(db, id, incoming)))
  return [...changes, ...(await reparseDependencies(db, { kind, id }, incoming))]
}

/** Applies the delegation rules to a patch, unless a user has decided on its delegate. */
async function reparseDelegate(
  db: Database,
  id: number,
  { project, mail: replied, received }: Incoming,
): Promise<string[]> {
  const delegation = await findDelegation(db, id)
  if (!delegation || delegation.isDecided) return []
  const mail = storedForm(replied)
  const delegate_id = (await findDelegate(db, project.id, mail)) ?? null
  if (delegate_id === delegation.delegate_id) return []
  await changePatches(db, mailActor(received), [id], { delegate_id }, { origin: { rule: 'delegation' } })
  return ['delegate']
}

/** Updates the dependencies of a mail's series, which may have changed. */
async function reparseDependencies(
  db: Database,
  source: Source,
  { project, mail, subject }: Incoming,
): Promise<string[]> {
  const series = await findSeriesByNumber(db, source.kind, source.id)
  if (series === undefined) return []
  await replaceMentions(db, project.id, source, storedForm(mail), subject)
  touchSeries(db, series)
  return (await replaceDependencies(db, project.id, series, source, mail)) ? ['dependencies'] : []
}

/** The stored form of a mail: a reply that is its author's next version was stored as a patch. */
function storedForm(mail: Incoming['mail']): Incoming['mail'] {
  return mail.isReply && mail.asPatch ? { ...mail, ...mail.asPatch } : mail
}

const TEXTS = [
  'name',
  'submitter_id',
  'content',
  'diff',
  'above_diff',
  'diff_bytes',
  'hash',
  'pull_url',
] as const

/** Field names in reports. */
const FIELD_NAMES: Partial<Record<(typeof TEXTS)[number], string>> = {
  submitter_id: 'submitter',
  above_diff: 'text below the diff',
  diff_bytes: 'charset of the diff',
}

async function reparseText(
  db: Database,
  kind: 'patch' | 'cover',
  id: number,
  stored: StoredText,
  incoming: Incoming,
): Promise<string[]> {
  const { author, subject } = incoming
  const mail = storedForm(incoming.mail)
  // A record keeps its kind.
  if (kind === 'patch' && mail.diff === undefined && mail.pullUrl === undefined) return []
  const isPatch = kind === 'patch'
  const wanted: Omit<StoredText, 'series_id'> = {
    name: subject.name,
    submitter_id: await upsertPerson(db, author, incoming),
    content: mail.content,
    diff: isPatch ? (mail.diff ?? null) : null,
    above_diff: isPatch ? (mail.aboveDiff ?? null) : null,
    diff_bytes: isPatch ? (mail.diffBytes ?? null) : null,
    hash: isPatch && mail.diff ? hashDiff(mail.diff) : null,
    // Users may correct it: fill it in only if it is missing.
    pull_url: stored.pull_url ?? (isPatch ? (mail.pullUrl ?? null) : null),
  }
  const changed = TEXTS.filter((field) => wanted[field] !== stored[field])
  const isReread =
    isPatch && (await replaceTrailers(db, { patch_id: id, patch_comment_id: null }, patchTrailers(wanted)))
  if (isPatch) touchTrailers(db, id)
  if (changed.length === 0) return isReread ? ['trailers'] : []
  if (isPatch) await updatePatchText(db, id, wanted)
  else await updateCoverText(db, id, wanted)
  if (isPatch) await rehash(db, { ids: [id] })
  return changed.filter((field) => field !== 'hash').map((field) => FIELD_NAMES[field] ?? field)
}

/** Rearranges the series of a mail if a mail is misplaced; users cannot change series. */
async function reparseSeries(
  db: Database,
  { series_id }: StoredText,
  { project, received }: Incoming,
): Promise<string[]> {
  if (series_id === null) return []
  const consequences = await rearrangeSeries(db, project, [series_id], received)
  await applyConsequences(db, consequences, 0, received)
  return consequences.changed.length > 0 ? ['series'] : []
}

async function reparseComment(db: Database, row: ParsedRow, incoming: Incoming): Promise<string[]> {
  const { mail, messageId, author, project } = incoming
  const { id, patch_id, cover_id, comment_id } = row
  if (comment_id === null) return []
  const current: Parent =
    patch_id === null ? { kind: 'cover', id: cover_id ?? 0 } : { kind: 'patch', id: patch_id }
  const stored = await findCommentText(db, current.kind, comment_id)
  if (!stored) return []
  const changes: string[] = []
  const wanted = { content: mail.content, submitter_id: await upsertPerson(db, author, incoming) }
  if (wanted.content !== stored.content) changes.push('content')
  if (wanted.submitter_id !== stored.submitter_id) changes.push('submitter')
  if (changes.length > 0) await updateCommentText(db, current.kind, comment_id, wanted)
  const place: CommentPlace = { ...current, answeredCover: stored.answered_cover_id }
  if (await replaceTrailers(db, sourceOf(place, comment_id), replyTrailers(mail.content, author)))
    changes.push('trailers')
  const { parent } = await findParent(db, project.id, mail.references)
  // Comments on patches and on covers have separate ids, so a comment never moves between the kinds.
  if (!parent || parent.kind !== current.kind || isSamePlace(parent, place)) return changes
  if (parent.id === current.id || !(await hasComment(db, parent, messageId))) {
    await moveComment(db, current, parent, comment_id)
    await noteMoved(db, id, {
      patch_id: parent.kind === 'patch' ? parent.id : null,
      cover_id: parent.kind === 'cover' ? parent.id : null,
      comment_id,
    })
    await touchAwaiting(db, project.id, messageId)
    changes.push('what it answers')
  }
  return changes
}
