import { canSeeAccounts } from '../../auth/permissions.js'
import { coversById } from '../../domain/covers/queries.js'
import {
  type FileSearch,
  findMails,
  findPatchesOfFile,
  listProjectsOf,
  type MailLocation,
} from '../../domain/patches/find.js'
import { listPatches, listPatchLines, type PatchLine } from '../../domain/patches/list.js'
import { patchesById } from '../../domain/patches/queries.js'
import { completeSubmitter, type SubmitterOffer } from '../../domain/people/completion.js'
import type { Project } from '../../domain/projects/queries.js'
import { searchWords } from '../../domain/search-words.js'
import { listSeries, type SeriesLine } from '../../domain/series/list.js'
import { seriesById } from '../../domain/series/queries.js'
import { parseSubject } from '../../mail/subject.js'
import { coverPath, patchPath } from '../../util/urls.js'
import type { RequestContext } from '../framework/request-context.js'
import { commentPath, pageOfComment } from '../patches/discussion.js'
import type { SearchQuery } from './query.js'

/** Rows of each kind that a page of results shows. */
export const MAX_RESULTS = 50
const MAX_PEOPLE = 5

/** Shorter parts of a name match too much. */
const MIN_PERSON_LENGTH = 3

/** Patches that touch a file. */
export interface FoundFiles {
  readonly patches: readonly PatchLine[]
  readonly searched: number
  /** Where the search of older patches continues; undefined: at the end. */
  readonly rest: number | undefined
}

export interface Found {
  readonly mails: readonly MailLocation[]
  readonly patches: readonly PatchLine[]
  /** How many patches match in all, as far as they are counted. */
  readonly total: number
  readonly series: readonly SeriesLine[]
  readonly people: readonly (SubmitterOffer & { projects: readonly number[] })[]
  readonly files: FoundFiles | undefined
}

const NOTHING: Found = { mails: [], patches: [], total: 0, series: [], people: [], files: undefined }

/** Searches for a text: an exact message id or number, or else words, people and files. */
export async function search(
  context: RequestContext,
  query: SearchQuery,
  project: Project | undefined,
): Promise<Found> {
  for (const msgid of query.msgids) {
    const mails = await findMails(context.db, `<${msgid}>`)
    if (mails.length > 0) return { ...NOTHING, mails: preferring(project, mails) }
  }
  if (query.text === '') return NOTHING
  const named = await findByWords(context, query, project)
  const isFile = query.file !== undefined && query.number === undefined
  const wantsFiles = isFile && (/[./]/.test(query.file ?? '') || isEmpty(named))
  if (!wantsFiles) return named
  const found = await findPatchesOfFile(context.db, query.file ?? '', {
    project: project?.id,
    limit: MAX_RESULTS,
  })
  return { ...named, files: await withLines(context, found) }
}

/** Goes on with a search for a file in patches whose number is below `before`. */
export async function searchOlderFiles(
  context: RequestContext,
  { file }: SearchQuery,
  project: Project | undefined,
  before: number,
): Promise<Found> {
  if (file === undefined) return NOTHING
  const scope = { project: project?.id, limit: MAX_RESULTS, before }
  return { ...NOTHING, files: await withLines(context, await findPatchesOfFile(context.db, file, scope)) }
}

/** The page of a patch, a series or a cover with that id; the first that exists. */
export async function pathOfNumber(
  { db, projects }: RequestContext,
  number: number,
): Promise<string | undefined> {
  const linkName = (id: number) => projects.find((project) => project.id === id)?.link_name ?? ''
  const [patch] = await patchesById(db, [number])
  if (patch) return patchPath(linkName(patch.project_id), patch.msgid)
  const [series] = await seriesById(db, [number])
  if (series) return `/series/${series.id}/`
  const [cover] = await coversById(db, [number])
  return cover && coverPath(linkName(cover.project_id), cover.msgid)
}

/** Whether nothing at all was found. */
export function isEmpty({ mails, patches, series, people, files }: Found): boolean {
  return [mails, patches, series, people, files?.patches ?? []].every(({ length }) => length === 0)
}

/** The page of a mail: of a comment, its place on the page of its patch or cover. */
export async function mailPath({ db, projects }: RequestContext, mail: MailLocation): Promise<string> {
  const linkName = projects.find(({ id }) => id === mail.project_id)?.link_name ?? ''
  const path = mail.kind === 'patch' ? patchPath(linkName, mail.msgid) : coverPath(linkName, mail.msgid)
  if (mail.comment === undefined) return path
  return commentPath(path, await pageOfComment(db, mail, mail.comment), mail.comment)
}

/** Of a mail in several projects, the current project's comes first. */
function preferring(project: Project | undefined, mails: readonly MailLocation[]): readonly MailLocation[] {
  const own = mails.filter(({ project_id }) => project_id === project?.id)
  return own.length > 0 ? own : mails
}

async function findByWords(
  context: RequestContext,
  query: SearchQuery,
  project: Project | undefined,
): Promise<Found> {
  const { db, viewer } = context
  const words = searchWords(query.subject)
  if (words.length === 0) return NOTHING
  const filter = { words, projects: project && [project.id] }
  const window = { limit: MAX_RESULTS, offset: 0 }
  const order = { by: 'date', isDescending: true } as const
  const { rows, total } = await listPatches(db, filter, order, window)
  const patches = inPlace(rows, query)
  const series = (await listSeries(db, filter, order, window)).rows
  const isPerson = query.place === undefined && query.text.length >= MIN_PERSON_LENGTH
  const text = query.text.replace(/^<|>$/g, '')
  const request = { text, limit: MAX_PEOPLE, seesAccounts: canSeeAccounts(viewer) }
  const offers = isPerson ? await completeSubmitter(db, request) : []
  const projects = await listProjectsOf(
    db,
    offers.map(({ pk }) => pk),
  )
  const people = offers
    .map((offer) => ({ ...offer, projects: projects.get(offer.pk) ?? [] }))
    .filter((offer) => offer.projects.length > 0)
  const covers = series.filter(({ cover_msgid }) => cover_msgid !== null)
  const named =
    query.place?.number === 0 ? covers.filter(({ version }) => version === query.place?.version) : []
  if (named.length > 0) return { ...NOTHING, series: named }
  // A subject with a place is that of one mail.
  const isPlaced = query.place !== undefined && patches.length > 0
  return {
    ...NOTHING,
    patches,
    total: isPlaced ? patches.length : total,
    series: isPlaced ? [] : covers,
    people,
  }
}

/** Prefers results with the number and version of the subject, and then the exact subject. */
function inPlace(rows: readonly PatchLine[], { place, subject }: SearchQuery): readonly PatchLine[] {
  if (!place) return rows
  const placed = rows.filter(({ name }) => {
    const parsed = parseSubject(name, [])
    return parsed.version === place.version && parsed.marker?.number === place.number
  })
  const some = placed.length > 0 ? placed : rows
  const exact = some.filter(({ name }) => name === subject || name.endsWith(`] ${subject}`))
  return exact.length > 0 ? exact : some
}

async function withLines({ db }: RequestContext, { ids, ...rest }: FileSearch): Promise<FoundFiles> {
  return { patches: await listPatchLines(db, ids), ...rest }
}
