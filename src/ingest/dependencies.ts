import type { Database } from '../db/schema.js'
import { findSeriesByNumber, findSeriesOfSubmission } from '../domain/patches/submission.js'
import { listByReferences, MAX_CANDIDATES } from '../domain/series/candidates.js'
import { addReferences } from '../domain/series/members.js'
import { existingSeries, insertDependencies, type Series } from '../domain/series/series.js'
import type { ParsedMail } from '../mail/types.js'

/** Notes for a series what its mail's `Depends-on:` lines name, as far as we have it. */
export async function addDependencies(db: Database, series: Series, mail: ParsedMail): Promise<void> {
  if (mail.dependsOn.length === 0) return
  const targets: number[] = []
  for (const target of mail.dependsOn) {
    const id = await findTarget(db, series.project_id, target)
    if (id !== undefined) targets.push(id)
  }
  await insertDependencies(db, series.id, await existingSeries(db, targets))
}

async function findTarget(db: Database, project: number, target: string): Promise<number | undefined> {
  if (target.startsWith('<')) return await findSeriesOfSubmission(db, project, target)
  if (target.startsWith('series-')) return Number(target.slice('series-'.length))
  if (target.startsWith(CHANGE_ID)) return await findByChangeId(db, project, target)
  return await findByAddress(db, project, target)
}

/** Under this the name that b4 gave a series leads to it, as message ids do: none of them looks like it. */
const CHANGE_ID = 'change-id:'

/** Notes what b4 calls a series, for those that will depend on it. */
export async function addChangeId(db: Database, series: Series, { changeId }: ParsedMail): Promise<void> {
  if (changeId === undefined) return
  const key = CHANGE_ID + changeId
  const known = await listByReferences(db, series.project_id, [key], 0)
  if (known.length < MAX_CANDIDATES && known.every(({ id }) => id !== series.id))
    await addReferences(db, series, [key])
}

/** The version that is named, else the latest. */
async function findByChangeId(db: Database, project: number, target: string): Promise<number | undefined> {
  const [, key = target, version] = /^(.*?)(?::v(\d+))?$/i.exec(target) ?? []
  const known = (await listByReferences(db, project, [key], 0)).toSorted((a, b) => b.version - a.version)
  return (known.find((series) => series.version === Number(version)) ?? known[0])?.id
}

const BY_MESSAGE_ID = /^\/project\/[^/]+\/(?:patch|cover)\/([^/]+)\/?/
const BY_NUMBER = /^\/(patch|cover|series)\/(\d{1,9})(?:\/|$)/

/** Any of the addresses under which we show a patch, a cover or a series; hosts change, paths stay. */
async function findByAddress(db: Database, project: number, address: string): Promise<number | undefined> {
  const url = URL.parse(address)
  if (!url) return undefined
  const msgid = BY_MESSAGE_ID.exec(url.pathname)?.[1]
  if (msgid !== undefined) return await findSeriesOfSubmission(db, project, `<${decoded(msgid)}>`)
  const [, kind, number] = BY_NUMBER.exec(url.pathname) ?? []
  if (kind === 'patch' || kind === 'cover') return await findSeriesByNumber(db, kind, Number(number))
  const series = kind === 'series' ? number : url.searchParams.get('series')
  return series && /^\d{1,9}$/.test(series) ? Number(series) : undefined
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
