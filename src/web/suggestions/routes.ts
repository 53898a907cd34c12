import { dismissSuggestion, followSuggestion } from '../../domain/automation/commands.js'
import { type SuggestionRow, suggestionsById } from '../../domain/automation/queries.js'
import { NotFound } from '../../util/errors.js'
import { actorOf, addUserForm, type UserContext } from '../framework/auth-guard.js'
import { localPath } from '../framework/local-path.js'
import { numberParameter } from '../framework/parameters.js'
import { type AppContext, redirectWith } from '../framework/request-context.js'
import { countOfPatches } from '../text/count.js'

/** The buttons that follow and dismiss what a rule suggests. */
export function addSuggestionForms(appContext: AppContext): void {
  addUserForm(appContext, '/suggestion/:id/apply/', async (context, form) => {
    const { id, project_id } = await suggestionIn(context)
    const { batches, count } = await followSuggestion(context.db, actorOf(context), project_id, id)
    const [batch] = batches
    return redirectWith(
      context,
      localPath(form.get('next')),
      `Changed: ${countOfPatches(count)}.`,
      false,
      batch,
    )
  })
  addUserForm(appContext, '/suggestion/:id/dismiss/', async (context, form) => {
    const { id, project_id } = await suggestionIn(context)
    await dismissSuggestion(context.db, actorOf(context), project_id, id)
    return redirectWith(context, localPath(form.get('next')), 'Dismissed; it is not suggested again.')
  })
}

async function suggestionIn({ db, request }: UserContext): Promise<SuggestionRow> {
  const [row] = await suggestionsById(db, [numberParameter(request, 'id')])
  if (!row || row.dismissed !== null)
    throw new NotFound('This suggestion was already applied, dismissed or withdrawn.')
  return row
}
