import { type Static, Type } from 'typebox'
import { type CheckContent, createChecks } from '../../domain/checks/commands.js'
import { type CheckFilter, type CheckOrder, listCheckIds } from '../../domain/checks/filter.js'
import { checksById } from '../../domain/checks/queries.js'
import { type PatchRow, patchesById, patchesBySeries } from '../../domain/patches/queries.js'
import { textSizes } from '../../domain/patches/text-sizes.js'
import { type SeriesRow, seriesById } from '../../domain/series/queries.js'
import { Invalid, NotFound } from '../../util/errors.js'
import { hasField } from '../framework/body.js'
import { checkState, checkStatesAt } from '../framework/check-filters.js'
import * as filters from '../framework/filters.js'
import { answerList, answerRows } from '../framework/list-budget.js'
import type { Listing } from '../framework/listing.js'
import { operation, type Resource } from '../framework/operation.js'
import * as references from '../framework/reference-filters.js'
import {
  type AuthenticatedContext,
  firstOrNotFound,
  type RequestContext,
  readBody,
} from '../framework/request-context.js'
import { userOrNull } from '../framework/row-fields.js'
import { happened } from '../framework/shared-filters.js'
import { Check, toChecks } from './check-answer.js'
import { CONTENT, toContent } from './check-fields.js'

export const CHECK_LISTING = {
  list: listCheckIds,
  filters: {
    user: {
      filter: references.user,
      field: 'users',
      description: 'Posted by these users: number or user name.',
    },
    state: {
      filter: checkState,
      field: 'state',
      description: 'That came out so: name or number.',
      schemaAt: checkStatesAt,
    },
    context: { filter: filters.text, field: 'context', description: 'Of this very context.' },
    ...happened,
  },
  order: { id: 'id', date: 'date', user: 'user_id', state: 'state', context: 'context' },
  defaultOrder: 'id',
  isSearched: true,
} as const satisfies Listing<CheckFilter, CheckOrder>

const POSTED = {
  ...CONTENT,
  state: { ...CONTENT.state, isRequired: true },
  user: {
    ...userOrNull('Ignored, but must be a number: a check belongs to the user who posts it.'),
    isRequired: false,
  },
}

export const CHECKS: Resource = {
  path: '/patches/:id/checks/',
  tag: 'Checks',
  get: operation({
    id: 'checks_list',
    summary: 'List the checks of a patch',
    description: 'All of them, replaced ones as well.',
    listing: CHECK_LISTING,
    answer: Type.Array(Check),
    async handle(request, reply) {
      const patch = await patchOf(request)
      const path = `/patches/${patch.id}/checks/`
      return await answerList(request, reply, {
        listing: CHECK_LISTING,
        path,
        fixed: { patches: [patch.id] },
        sizes: (ids) => textSizes(request.db, 'check', ids),
        describe: (ids) => toChecks(request, ids),
      })
    },
  }),
  post: operation({
    id: 'checks_create',
    summary: 'Post a check',
    description: 'For those who may change the patch.',
    needsLogin: true,
    subject: patchOf,
    refusal: 'forbidden',
    fields: POSTED,
    status: 201,
    answer: Check,
    async handle(request) {
      const [check] = await toChecks(request, await postChecks(request, [request.id('id')]))
      return check as Static<typeof Check>
    },
  }),
}

export const CHECK: Resource = {
  path: '/patches/:id/checks/:check_id/',
  tag: 'Checks',
  get: operation({
    id: 'checks_read',
    summary: 'Show a check',
    description: 'One check of a patch.',
    answer: Check,
    async handle(request) {
      const row = firstOrNotFound(await checksById(request.db, [request.id('check_id')]), 'Check')
      if (row.patch_id !== request.id('id')) throw new NotFound('No Check matches the given query.')
      const [check] = await toChecks(request, [row.id])
      return check as Static<typeof Check>
    },
  }),
}

export const SERIES_CHECKS: Resource = {
  path: '/series/:id/checks/',
  tag: 'Checks',
  post: operation({
    id: 'series_checks_create',
    summary: 'Post a check to every patch of a series',
    description:
      'To all of its patches or, if one of them is not yours to check, to none. The answer ends after 16 MB.',
    since: '1.4',
    needsLogin: true,
    subject: seriesOf,
    refusal: 'forbidden',
    fields: POSTED,
    status: 201,
    answer: Type.Array(Check),
    async handle(request, reply) {
      const series = await seriesOf(request)
      const patches = await patchesBySeries(request.db, [series.id])
      const ids = patches.map(({ id }) => id)
      const posted = await postChecks(request, ids)
      const sizes = await textSizes(request.db, 'check', posted)
      return await answerRows(request, reply, posted, sizes, (group) => toChecks(request, group))
    },
  }),
}

/** Posts the check that was sent to some patches. Throws Forbidden and Invalid. */
async function postChecks(request: AuthenticatedContext, patches: readonly number[]): Promise<number[]> {
  return await createChecks(request.db, request.actor, patches, (db) => readCheck({ ...request, db }))
}

async function readCheck(request: AuthenticatedContext): Promise<CheckContent> {
  const given = request.body()
  const nothing = given instanceof URLSearchParams ? given.get('state') === '' : given.state === ''
  if (!hasField(given, 'state') || nothing) {
    const sentence = 'A check must have a state.'
    throw new Invalid(sentence, { state: [sentence] })
  }
  return toContent(await readBody(request, POSTED, false))
}

/** The patch that the address names. Throws NotFound. */
async function patchOf({ db, id }: RequestContext): Promise<PatchRow> {
  return firstOrNotFound(await patchesById(db, [id('id')]), 'Patch')
}

/** The series that the address names. Throws NotFound. */
async function seriesOf({ db, id }: RequestContext): Promise<SeriesRow> {
  return firstOrNotFound(await seriesById(db, [id('id')]), 'Series')
}
