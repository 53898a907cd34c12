import type { Database } from '../db/schema.js'
import type { ParsedMail } from '../mail/types.js'
import { existingSeries, insertDependencies, type Series } from '../store/series.js'
import { findSeriesByNumber, findSeriesOfSubmission } from '../store/submission.js'

/** Notes for a series what its mail's `Depends-on:` lines name, as far as we have it. */
export async function addDependencies(db: Database, series: Series, mail: ParsedMail): Promise<void> {
  if (mail.dependsOn.length === 0) return
  const targets: number[] = []
  for (const target of mail.dependsOn) {
    const id = target.startsWith('<')
      ? await findSeriesOfSubmission(db, series.project_id, target)
      : await findByAddress(db, series.project_id, target)
    if (id !== undefined) targets.push(id)
  }
  await insertDependencies(db, series.id, await existingSeries(db, targets))
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
