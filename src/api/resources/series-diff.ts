import { type Static, Type } from 'typebox'
import { seriesById } from '../../domain/series/queries.js'
import {
  type ComparedPatch,
  compareTwoSeries,
  DEFAULT_CREATION_FACTOR,
  formatComparison,
  MAX_CREATION_FACTOR,
  MAX_HUNK_BYTES,
  MIN_CREATION_FACTOR,
  readCreationFactor,
  requireOneProject,
  type SeriesComparison,
} from '../../domain/series/range-diff.js'
import { operation, PlainText, type Resource } from '../framework/operation.js'
import { firstOrNotFound, type RequestContext } from '../framework/request-context.js'
import { flag, number, orNull, text } from '../framework/schema.js'

const ComparedPatchSchema = Type.Object(
  {
    id: number('Number of the patch.'),
    msgid: text('Its message id.'),
    name: text('Its name.'),
  },
  { $id: 'ComparedPatch', description: 'A patch of a compared series.' },
)

const Pair = Type.Object(
  {
    left: orNull(ComparedPatchSchema, 'The patch of the first series; null if it has none.'),
    right: orNull(ComparedPatchSchema, 'The patch of the second series; null if it has none.'),
    status: Type.Enum(['=', '!', '<', '>'], {
      description: '`=`: unchanged; `!`: changed; `<`: only in the first series; `>`: only in the second.',
    }),
    cost: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()], {
      description: 'Lines of the diff of both diffs; null where patches are matched by name.',
    }),
  },
  { $id: 'PatchPair', description: 'A patch in two versions, or in one of them only.' },
)

const SeriesDiff = Type.Object(
  {
    pairs: Type.Array(Pair, { description: 'In the order of `git range-diff`.' }),
    truncated: flag('Whether the comparison exceeded a limit, so that patches are matched by name.'),
  },
  { $id: 'SeriesDiff', description: 'What changed between two series.' },
)

const CREATION_FACTOR = {
  name: 'creation_factor',
  description:
    'What a new or removed patch costs, in percent of its lines: with more of it, patches that are less alike are pairs.',
  schema: Type.Integer({
    minimum: MIN_CREATION_FACTOR,
    maximum: MAX_CREATION_FACTOR,
    default: DEFAULT_CREATION_FACTOR,
  }),
}

export const SERIES_DIFF: Resource = {
  path: '/series/:id/diff/:other_id/',
  tag: 'Series',
  get: operation({
    id: 'series_diff_read',
    summary: 'Show what changed between two series',
    description:
      'Which patch became which, as `git range-diff` finds it; as text, also what changed. Of large series patches are matched by name.',
    since: '1.4',
    parameters: [CREATION_FACTOR],
    hasText: true,
    answer: SeriesDiff,
    async handle(request, reply) {
      const { db, query, rangeDiffs: runner } = request
      const [left, right] = await readSeries(request)
      const creationFactor = readCreationFactor(query)
      const isText = query.get('format') === 'text'
      const compared = await compareTwoSeries(db, left.id, right.id, {
        creationFactor,
        runner,
        maxHunkBytes: isText ? MAX_HUNK_BYTES : 0,
        enter: (bytes) => reply.server.largeAnswers.enter(reply.raw, bytes),
      })
      // A limit of time or load may be kept the next time.
      if (compared.truncated) request.forgetAnswer()
      return isText ? new PlainText(formatComparison(compared)) : toSeriesDiff(compared)
    },
  }),
}

/** The two series of the path. Throws NotFound, and Invalid unless one project has both. */
async function readSeries({ db, id }: RequestContext) {
  const left = firstOrNotFound(await seriesById(db, [id('id')]), 'Series')
  const right = firstOrNotFound(await seriesById(db, [id('other_id')]), 'Series')
  requireOneProject(left, right)
  return [left, right] as const
}

function toSeriesDiff({ pairs, truncated }: SeriesComparison): Static<typeof SeriesDiff> {
  return {
    pairs: pairs.map(({ leftPatch, rightPatch, status, cost }) => ({
      left: toPatch(leftPatch),
      right: toPatch(rightPatch),
      status,
      cost: cost ?? null,
    })),
    truncated,
  }
}

function toPatch(patch: ComparedPatch | undefined): Static<typeof ComparedPatchSchema> | null {
  return patch ? { id: patch.id, msgid: patch.msgid, name: patch.name } : null
}
