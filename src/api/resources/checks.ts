import { type Static, Type } from 'typebox'
import { type CheckPost, type PostedChecks, postChecks } from '../../domain/checks/commands.js'
import type { CheckFilter, CheckOrder } from '../../domain/checks/filter.js'
import { type CheckRow, checksById } from '../../domain/checks/queries.js'
import type { CheckTarget } from '../../domain/checks/targets.js'
import { textSizes } from '../../domain/patches/text-sizes.js'
import { projectsWith } from '../../domain/projects/queries.js'
import { usersById } from '../../domain/users/queries.js'
import { Conflict, Invalid, PatchworkError } from '../../util/errors.js'
import { asObject, readFields, type Values } from '../framework/body.js'
import { CHECK_STATES } from '../framework/check-filters.js'
import { EmbeddedUser, embedUser } from '../framework/embedded.js'
import { programName, text as textField } from '../framework/fields.js'
import * as filters from '../framework/filters.js'
import { answerList } from '../framework/list-budget.js'
import type { Listing } from '../framework/listing.js'
import { OtherAnswer, operation, type Resource } from '../framework/operation.js'
import * as references from '../framework/reference-filters.js'
import type { AuthenticatedContext, RequestContext } from '../framework/request-context.js'
import { rowNumber } from '../framework/row-fields.js'
import { address, number, orNull, text, time } from '../framework/schema.js'
import { CHECK_LISTING } from './check.js'
import { Check, contentFields, describeChecks, describeContent } from './check-answer.js'
import { CONTENT, toContent } from './check-fields.js'

/** Checks of many patches at once: listed, and posted by whatever a bot knows of what it tested. */

const ListedCheck = Type.Object(
  { ...Check.properties, patch: number('Number of the patch.') },
  { $id: 'CheckListed', description: 'A check with its patch.' },
)

const LISTING: Listing<CheckFilter, CheckOrder> = {
  ...CHECK_LISTING,
  filters: {
    patch: {
      filter: references.patchNumbers,
      field: 'patches',
      description: 'Of these patches: number.',
    },
    series: {
      filter: references.seriesNumbers,
      field: 'series',
      description: 'Of the patches of these series: number.',
    },
    latest: {
      filter: filters.flag,
      field: 'isLatest',
      description: 'Whether no newer check of the same patch, user and context replaces it.',
    },
    ...CHECK_LISTING.filters,
  },
}

/** Where a check was posted. */
const PostedOn = Type.Object({
  id: number('Number of the check.'),
  url: address('Where the API has the check.'),
  patch: number('Number of the patch.'),
})

const Refused = Type.Object({
  project: text('Link name of the project.'),
  detail: text('Why, in one sentence.'),
})

const Posted = Type.Object(
  {
    state: Type.String({ enum: [...CHECK_STATES], description: 'What came out.' }),
    context: text('What it is that was tested.'),
    target_url: orNull(text('Where to read more.')),
    description: orNull(text('What came out, in words.')),
    ...contentFields,
    user: EmbeddedUser,
    date: time('When it was posted.'),
    checks: Type.Array(PostedOn, { description: 'The checks, one for each patch.' }),
    refused: Type.Array(Refused, {
      description:
        'Projects that have the mail and in which you may not post; there are checks in the others.',
    }),
  },
  { $id: 'CheckPosted', description: 'A check, and the patches on which it was posted.' },
)

const Problems = Type.Record(Type.String(), Type.Any(), {
  description: 'What the answer would be if this alone had been sent: `detail`, or sentences by field.',
})

const PostResult = Type.Object(
  {
    status: Type.Integer({
      enum: [200, 201, 400, 403, 409],
      description: 'What the status would be if this alone had been sent.',
    }),
    body: Type.Optional(Posted),
    error: Type.Optional(Problems),
  },
  {
    $id: 'CheckPostResult',
    description: 'What became of one of many: `body` if it succeeded, else `error`.',
  },
)

/** Maximum number of checks that one request lists. */
const MAX_ITEMS = 250

const FIELDS = {
  patch: rowNumber('Number of the patch that was tested.'),
  series: rowNumber('Number of the series that was tested: the check is posted on each of its patches.'),
  msgid: textField(
    'Message id of the mail that was tested, with or without its angle brackets: that of a patch, or of a cover letter for its series. The check is posted in every project that has the mail and where you may.',
    { max: 1000 },
  ),
  ...CONTENT,
  state: { ...CONTENT.state, isRequired: true },
  idempotency_key: programName(
    'A name for this request, such as that of the test run: sent again with the same key it is answered with what the first one did, and does nothing.',
    { max: 255 },
  ),
}

export const ALL_CHECKS: Resource = {
  path: '/checks/',
  tag: 'Checks',
  get: operation({
    id: 'checks_all_list',
    summary: 'List the checks of patches',
    description: 'Of the patches, or of the patches of the series, that `patch` and `series` name.',
    since: '1.4',
    listing: LISTING,
    answer: Type.Array(ListedCheck),
    async handle(request, reply) {
      requireNamed(request)
      return await answerList(request, reply, {
        listing: LISTING,
        path: '/checks/',
        sizes: (ids) => textSizes(request.db, 'check', ids),
        describe: (ids) => describeChecks(request, ids, ({ patch_id }) => ({ patch: patch_id })),
      })
    },
  }),
  post: operation({
    id: 'checks_all_create',
    summary: 'Post checks',
    description:
      'On a patch, on all patches of a series, or on what a message id names; for those who may change the patches, and for checkers of their projects. Or many at once, as a list: each succeeds or fails for itself.',
    since: '1.4',
    needsLogin: true,
    refusal: 'forbidden',
    fields: FIELDS,
    maxItems: MAX_ITEMS,
    mayConflict: true,
    status: 201,
    answer: Posted,
    otherAnswer: {
      answer: Type.Union([Posted, Type.Array(PostResult)]),
      description:
        'What the first request with this idempotency key did; or what became of each item of a list.',
    },
    handle: (request) => post(request),
  }),
}

/** All checks of all patches are nobody's question, and would be counted. Throws Invalid. */
function requireNamed({ query }: RequestContext): void {
  if (['patch', 'series'].some((name) => query.getAll(name).some((value) => value !== ''))) return
  const sentence = 'Name patches or series.'
  throw new Invalid(sentence, { patch: [sentence] })
}

async function post(request: AuthenticatedContext) {
  const items = request.items(MAX_ITEMS)
  if (items) return new OtherAnswer(await postItems(request, items))
  const [result] = await postBodies(request, [request.body()])
  if (result instanceof PatchworkError) throw result
  const { body, isRepeated } = result as Success
  return isRepeated ? new OtherAnswer(body) : body
}

async function postItems(
  request: AuthenticatedContext,
  items: readonly unknown[],
): Promise<Static<typeof PostResult>[]> {
  const results = await postBodies(request, items)
  return results.map((result) => {
    if (!(result instanceof PatchworkError))
      return { status: result.isRepeated ? 200 : 201, body: result.body }
    const fields = result instanceof Invalid ? result.fields : undefined
    return { status: result.status, error: (fields ?? { detail: result.message }) as Record<string, unknown> }
  })
}

function isNoError<T>(outcome: T | PatchworkError): outcome is T {
  return !(outcome instanceof PatchworkError)
}

interface Success {
  readonly body: Static<typeof Posted>
  readonly isRepeated: boolean
}

/** Posts what each body says; returns what became of each, in their order. */
async function postBodies(
  request: AuthenticatedContext,
  bodies: readonly unknown[],
): Promise<(Success | PatchworkError)[]> {
  const read: (CheckPost | PatchworkError)[] = []
  for (const body of bodies) read.push(await readPost(request, body))
  const posts = read.filter(isNoError)
  const posted = (await postChecks(request.db, request.actor, posts)).values()
  const outcomes = read.map((one) =>
    one instanceof PatchworkError ? one : (posted.next().value as PostedChecks | PatchworkError),
  )
  return await describePosted(request, outcomes)
}

async function readPost({ db }: AuthenticatedContext, body: unknown): Promise<CheckPost | PatchworkError> {
  try {
    const fields = body instanceof URLSearchParams ? body : asObject(body)
    const values = await readFields(db, fields, FIELDS, false)
    return { target: toTarget(values), content: toContent(values), key: values.idempotency_key }
  } catch (error) {
    if (error instanceof Invalid) return error
    throw error
  }
}

function toTarget({ patch, series, msgid }: Values<typeof FIELDS>): CheckTarget {
  const named: CheckTarget[] = []
  if (patch !== undefined) named.push({ patch })
  if (series !== undefined) named.push({ series })
  if (msgid !== undefined) named.push({ msgid: msgid.startsWith('<') ? msgid : `<${msgid}>` })
  const [target] = named
  if (target && named.length === 1) return target
  const sentence = 'Name one of patch, series and msgid.'
  throw new Invalid(sentence, { patch: [sentence] })
}

async function describePosted(
  request: AuthenticatedContext,
  outcomes: readonly (PostedChecks | PatchworkError)[],
): Promise<(Success | PatchworkError)[]> {
  const { db, response } = request
  const posted = outcomes.filter(isNoError)
  const ids = [...new Set(posted.flatMap((outcome) => outcome.ids))]
  const rows = new Map((await checksById(db, ids)).map((row) => [row.id, row]))
  const refused = posted.flatMap((outcome) => outcome.refused.map(({ projectId }) => projectId))
  const projects = await projectsWith(db, refused)
  const [poster] = await usersById(db, [request.actor.id ?? 0])
  return outcomes.map((outcome) => {
    if (outcome instanceof PatchworkError) return outcome
    const made = outcome.ids.flatMap((id) => rows.get(id) ?? [])
    const [first] = made
    if (!first || !poster) return new Conflict('The patches have been deleted in the meantime.')
    const body = {
      state: CHECK_STATES[first.state] ?? 'pending',
      ...describeContent(response, first),
      user: embedUser(response, poster),
      date: response.date(first.date),
      checks: made.map((row) => describePlace(request, row)),
      refused: outcome.refused.map(({ projectId, reason }) => ({
        project: projects.get(projectId)?.link_name ?? '',
        detail: reason,
      })),
    }
    return { body, isRepeated: outcome.isRepeated }
  })
}

function describePlace({ response }: RequestContext, { id, patch_id }: CheckRow): Static<typeof PostedOn> {
  return { id, url: response.url(`/patches/${patch_id}/checks/${id}/`), patch: patch_id }
}
