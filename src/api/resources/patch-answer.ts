import { type Static, Type } from 'typebox'
import { missingContexts } from '../../domain/checks/required.js'
import { combinedCheck } from '../../domain/checks/rules.js'
import { type PatchRow, patchesByRelation, type RelatedRow } from '../../domain/patches/queries.js'
import { stateSlugs } from '../../domain/states/queries.js'
import { archiveUrl, patchPath } from '../../util/urls.js'
import { CHECK_STATES } from '../framework/check-filters.js'
import {
  EmbeddedPatch,
  EmbeddedPerson,
  EmbeddedProject,
  EmbeddedSeries,
  EmbeddedUser,
  embedPatch,
  embedProject,
  embedSeriesOf,
  embedSubmitter,
  embedUser,
  loadProjects,
  projectOf,
} from '../framework/embedded.js'
import { MAX_EMBEDDED } from '../framework/list-budget.js'
import type { RequestContext } from '../framework/request-context.js'
import type { ResponseContext } from '../framework/response-context.js'
import { address, flag, Headers, number, orNull, text, time } from '../framework/schema.js'
import { since } from '../framework/versions.js'

/** The form of a patch in answers. */

const fields = {
  id: number('Number of the patch.'),
  url: address('Where the API has the patch.'),
  web_url: since('1.1', address('Its page.')),
  project: EmbeddedProject,
  msgid: text('Message id of its mail, with the angle brackets.'),
  list_archive_url: since('1.2', orNull(text("Its mail in the list's archive; null where none is known."))),
  date: time('When it was sent, by the clock of its sender.'),
  name: text('Its subject, with those prefixes that tell something.'),
  commit_ref: orNull(text('The commit that it became.')),
  pull_url: orNull(text('Where a pull request can be pulled from.')),
  state: text('Slug of its state.'),
  archived: flag('Whether it was put away from the lists of what is to be done.'),
  hash: orNull(text('Hash of its diff, which stays the same when lines move; null for a pull request.')),
  submitter: EmbeddedPerson,
  delegate: orNull(EmbeddedUser, 'Who handles it.'),
  mbox: address('The patch as a mail, for `git am`.'),
  series: Type.Array(EmbeddedSeries, { description: 'The series that it belongs to: one, or none.' }),
  comments: since('1.1', address('Where the API has its comments.')),
  check: Type.String({
    enum: [...CHECK_STATES],
    description:
      'The worst of its newest checks; `pending` while one is, if there are none, or while a required one is missing.',
  }),
  checks: address('Where the API has its checks.'),
  missing_contexts: since(
    '1.4',
    Type.Optional(
      Type.Array(Type.String(), {
        description:
          'The contexts that its project requires and it lacks; only where the project requires any.',
      }),
    ),
  ),
  tags: Type.Object({}, { description: 'Always empty.' }),
}

export const Patch = Type.Object(
  {
    ...fields,
    related: since('1.2', Type.Array(EmbeddedPatch, { description: 'Other forms of the same change.' })),
  },
  { $id: 'PatchList', description: 'A patch, without its long texts.' },
)

const detailFields = {
  headers: Headers,
  content: text('What its mail says before and after the diff.'),
  diff: orNull(text('The diff; null for a pull request.')),
  prefixes: Type.Array(Type.String(), { description: 'The prefixes of its subject, such as `v2`.' }),
}

const sha256Field = {
  sha256: since(
    '1.4',
    orNull(
      text(
        'SHA-256 of `mbox` with `?tags=0`, in hex, which never changes; null until it is computed after an upgrade.',
      ),
    ),
  ),
}

export const PatchDetail = Type.Object(
  { ...Patch.properties, ...detailFields, ...sha256Field },
  { $id: 'PatchDetail', description: 'A patch with its mail.' },
)

export const ChangedPatch = Type.Object(
  {
    ...fields,
    related: since(
      '1.2',
      Type.Optional(Type.Array(EmbeddedPatch, { description: 'Missing if there are none.' })),
    ),
    ...detailFields,
  },
  { $id: 'PatchChanged', description: 'A patch as it is after a change.' },
)
/** Describes patches; of each, at most `maxRelated` related ones. */
export async function describePatches(
  request: RequestContext,
  rows: readonly PatchRow[],
  maxRelated = MAX_EMBEDDED,
): Promise<Static<typeof Patch>[]> {
  const { db, response } = request
  await loadProjects({ db, response }, rows)
  const states = await stateSlugs(
    db,
    rows.map(({ state_id }) => state_id),
  )
  const relations = rows.flatMap(({ relation_id }) => relation_id ?? [])
  const related = relations.length > 0 ? await patchesByRelation(db, [...new Set(relations)]) : []
  const byRelation = Map.groupBy(related, ({ relation_id }) => relation_id)
  const missing = await missingContexts(db, rows, () => request.now)
  return rows.map((row) =>
    toPatch(
      request,
      { ...row, missing: missing.get(row.id) },
      states.get(row.state_id) ?? '',
      othersOf(row, byRelation.get(row.relation_id ?? 0)).slice(0, maxRelated),
    ),
  )
}

function othersOf({ id }: PatchRow, related: readonly RelatedRow[] = []): RelatedRow[] {
  return related.filter((each) => each.id !== id)
}

function toPatch(
  request: RequestContext,
  row: PatchRow & { missing: readonly string[] | undefined },
  state: string,
  related: readonly RelatedRow[],
): Static<typeof Patch> {
  const { response } = request
  const { link_name, list_archive_url_format } = projectOf(response, row.project_id)
  const path = patchPath(link_name, row.msgid)
  return {
    id: row.id,
    url: response.url(`/patches/${row.id}/`),
    web_url: response.base + path,
    project: embedProject(response, row.project_id),
    msgid: row.msgid,
    list_archive_url: archiveUrl(list_archive_url_format, row.msgid),
    date: response.date(row.date),
    name: row.name,
    commit_ref: row.commit_ref,
    pull_url: row.pull_url,
    state,
    archived: row.archived === 1,
    hash: row.hash,
    submitter: embedSubmitter(response, row),
    delegate: embedDelegate(response, row),
    mbox: `${response.base}${path}mbox/`,
    series: embedSeriesOf(response, row),
    comments: `${response.api}/patches/${row.id}/comments/`,
    check: combinedCheck(row, () => request.now, (row.missing ?? []).length > 0),
    checks: `${response.api}/patches/${row.id}/checks/`,
    ...(row.missing ? { missing_contexts: [...row.missing] } : {}),
    tags: {},
    related: related.map((patch) => embedPatch(response, patch)),
  }
}

function embedDelegate(response: ResponseContext, row: PatchRow) {
  if (row.delegate_id === null || row.delegate_username === null) return null
  return embedUser(response, {
    id: row.delegate_id,
    username: row.delegate_username,
    first_name: row.delegate_first_name,
    last_name: row.delegate_last_name,
    email: row.delegate_email,
  })
}
