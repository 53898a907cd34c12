import { addForm, addPage, type Mount } from '../framework/request-context.js'
import { showCover } from './cover-page.js'
import { showPatch } from './patch-page.js'
import { changeSubmission } from './submission-forms.js'

/** The pages of patches and covers, and their forms. */
export function addSubmissionPages(mount: Mount): void {
  addPage(mount, '/project/:project/patch/:msgid/', showPatch)
  addPage(mount, '/project/:project/cover/:msgid/', showCover)
  for (const [kind, show] of [
    ['patch', showPatch],
    ['cover', showCover],
  ] as const)
    addForm(mount, `/project/:project/${kind}/:msgid/`, (visit, form) =>
      changeSubmission(visit, kind, form, show),
    )
}
