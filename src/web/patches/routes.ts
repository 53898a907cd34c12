import { type AppContext, addForm, addPage } from '../framework/request-context.js'
import { showCover } from './cover-page.js'
import { showPatch } from './patch-page.js'
import { changeSubmission } from './submission-forms.js'

/** The pages of patches and covers, and their forms. */
export function addSubmissionPages(appContext: AppContext): void {
  addPage(appContext, '/project/:project/patch/:msgid/', showPatch)
  addPage(appContext, '/project/:project/cover/:msgid/', showCover)
  for (const [kind, show] of [
    ['patch', showPatch],
    ['cover', showCover],
  ] as const)
    addForm(appContext, `/project/:project/${kind}/:msgid/`, (context, form) =>
      changeSubmission(context, kind, form, show),
    )
}
