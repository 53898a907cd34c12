import { type KeptItem, type Undone, undoBatch } from '../../domain/changes/commands.js'
import { batchesById } from '../../domain/changes/queries.js'
import { patchesById } from '../../domain/patches/queries.js'
import { NotFound } from '../../util/errors.js'
import { actorOf, addUserForm, type UserContext } from '../framework/auth-guard.js'
import { localPath } from '../framework/local-path.js'
import { numberParameter } from '../framework/parameters.js'
import { type AppContext, redirectWith } from '../framework/request-context.js'
import { countOfPatches } from '../text/count.js'

/** The button that undoes a change of patches and series. */
export function addChangePages(appContext: AppContext): void {
  addUserForm(appContext, '/change/:id/undo/', async (context, form) => {
    const [batch] = await batchesById(context.db, [numberParameter(context.request, 'id')])
    if (!batch) throw new NotFound('This change is no longer known, so it cannot be undone.')
    const result = await undoBatch(context.db, actorOf(context), batch.project_id, batch.id)
    const text = await describeUndo(context, result)
    const isProblem = result.kept.length > 0
    return redirectWith(context, localPath(form.get('next')), text, isProblem, result.id)
  })
}

async function describeUndo({ db }: UserContext, { undone, kept }: Undone): Promise<string> {
  const done = undone.length === 0 ? 'Nothing was undone.' : `Undone: ${countOf(undone)}.`
  const [first] = kept
  if (!first) return done
  return `${done} ${countOf(kept)} left: ${await describeKept(db, first)}${kept.length > 1 ? ' …' : ''}`
}

async function describeKept(db: UserContext['db'], { patch_id, reason }: KeptItem): Promise<string> {
  const [patch] = patch_id === null ? [] : await patchesById(db, [patch_id])
  return patch ? `“${patch.name}”: ${reason}` : reason
}

/** A series is changed as one. */
function countOf(items: readonly { patch_id: number | null }[]): string {
  const patches = new Set(items.flatMap(({ patch_id }) => patch_id ?? []))
  return patches.size > 0 ? countOfPatches(patches.size) : 'the version of the series'
}
