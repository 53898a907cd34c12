import type { FastifyReply } from 'fastify'
import type { VNode } from 'preact'
import { seriesById } from '../../domain/series/queries.js'
import { linkVersion, unlinkVersion } from '../../domain/topics/commands.js'
import { Invalid, NotFound } from '../../util/errors.js'
import { parseSeriesReference, siteInsteadOf } from '../../util/urls.js'
import { actorOf, askToLogIn, isLoggedIn } from '../framework/auth-guard.js'
import { numberParameter } from '../framework/parameters.js'
import { type AppContext, addForm, type RequestContext, redirectWith } from '../framework/request-context.js'
import { showFormAgainOnError } from '../patches/bulk.js'
import { Form } from '../ui/form.js'

/** The form by which people say which version comes before a series. */

type Show = (context: RequestContext) => Promise<VNode | FastifyReply>

/** Takes the form; on an error `show` renders the page of the series again. */
export function addPreviousForm(appContext: AppContext, show: Show): void {
  addForm(appContext, '/series/:id/previous/', async (context, form) => {
    const id = numberParameter(context.request, 'id')
    if ((await seriesById(context.db, [id])).length === 0) throw new NotFound()
    if (!isLoggedIn(context)) return askToLogIn(context, form)
    const actor = actorOf(context)
    const change = async () => {
      if (form.get('action') === 'unlink') {
        const { batch } = await unlinkVersion(context.db, actor, id)
        const text = 'The series continues no other series now.'
        return redirectWith(context, `/series/${id}/`, text, false, batch)
      }
      const read = async () => ({ earlier: readEarlier(context, form.get('series') ?? '') })
      const { batch } = await linkVersion(context.db, actor, id, read)
      return redirectWith(context, `/series/${id}/`, 'The previous version is linked.', false, batch)
    }
    return await showFormAgainOnError(context, form, change, show)
  })
}

/** The id of the series that was entered. Throws Invalid. */
function readEarlier({ base }: RequestContext, text: string): number {
  const reference = parseSeriesReference(text)
  if (!reference) throw new Invalid('Enter the number or the URL of a series.')
  const site = siteInsteadOf(reference, base)
  if (site !== undefined) throw new Invalid(`Enter the URL of a series of ${site}.`)
  return reference.id
}

interface PreviousFormProps {
  context: RequestContext
  series: number
  /** Whether a version comes before it. */
  hasPrevious: boolean
}

export function PreviousForm({ context, series, hasPrevious }: PreviousFormProps) {
  return (
    <Form context={context} action={`/series/${series}/previous/`} class="actions">
      <span class="pair">
        <label for="previous">Previous version</label>
        <input
          id="previous"
          name="series"
          value={context.sent?.get('series') ?? undefined}
          placeholder="number or URL of a series"
          maxLength={2000}
          autoComplete="off"
        />
      </span>
      <button name="action" value="link">
        Link
      </button>
      {hasPrevious && (
        <button name="action" value="unlink">
          Unlink previous version
        </button>
      )}
    </Form>
  )
}
