import { linkVersion, unlinkVersion } from '../../domain/topics/commands.js'
import { Invalid } from '../../util/errors.js'
import { siteInsteadOf } from '../../util/urls.js'
import { operation, type Resource } from '../framework/operation.js'
import { type AuthenticatedContext, readBody } from '../framework/request-context.js'
import { series as seriesField } from '../framework/row-fields.js'
import { readSeries, Series, showSeries } from './series.js'

/** What people say of the version before a series. */

const FIELDS = {
  series: seriesField('The version before: number or URL of a series of the same project.'),
}

export const SERIES_PREVIOUS: Resource = {
  path: '/series/:id/previous/',
  tag: 'Series',
  put: operation({
    id: 'series_previous_update',
    summary: 'Link a series to its previous version',
    description:
      'For its submitter and the maintainers of the project. What people link or unlink is not changed by later mail.',
    since: '1.4',
    needsLogin: true,
    subject: readSeries,
    fields: FIELDS,
    mayConflict: true,
    answer: Series,
    async handle(request, reply) {
      await linkVersion(request.db, request.actor, request.id('id'), async (db) => ({
        earlier: await readEarlier({ ...request, db }),
      }))
      return await showSeries(request, reply)
    },
  }),
  delete: operation({
    id: 'series_previous_delete',
    summary: 'Unlink a series from its previous version',
    description: 'It continues no other series then. For its submitter and the maintainers of the project.',
    since: '1.4',
    needsLogin: true,
    subject: readSeries,
    status: 204,
    async handle(request) {
      await unlinkVersion(request.db, request.actor, request.id('id'))
    },
  }),
}

async function readEarlier(request: AuthenticatedContext): Promise<number> {
  const { series } = await readBody(request, FIELDS, false)
  const site = series && siteInsteadOf(series, request.response.base)
  if (site !== undefined) {
    const sentence = `The URL must be one of ${site}.`
    throw new Invalid(sentence, { series: [sentence] })
  }
  return series?.id ?? 0
}
