import type { AppContext } from '../framework/request-context.js'
import { addAuditPage } from './audit.js'
import { addCheckerForms } from './checker-forms.js'
import { addIndexPage } from './index.js'
import { addJournalPages } from './mail.js'
import { addOutboxPages } from './outbox.js'
import { addPeoplePages } from './people.js'
import { addProjectRightsForms } from './project-rights.js'
import { addProjectsAdminPages } from './projects.js'
import { addSettingsPages } from './settings.js'
import { addStatePages } from './states.js'
import { addTagPages } from './tags.js'
import { addTreeForms } from './tree-forms.js'
import { addUserPages } from './user.js'
import { addUserRemovalPages } from './user-removal.js'
import { addUsersPages } from './users.js'

/** Pages for administrators and for maintainers of a project. */
export function addAdminPages(appContext: AppContext): void {
  addIndexPage(appContext)
  addAuditPage(appContext)
  addProjectsAdminPages(appContext)
  addSettingsPages(appContext)
  addProjectRightsForms(appContext)
  addCheckerForms(appContext)
  addTreeForms(appContext)
  addUsersPages(appContext)
  addUserPages(appContext)
  addUserRemovalPages(appContext)
  addPeoplePages(appContext)
  addStatePages(appContext)
  addTagPages(appContext)
  addJournalPages(appContext)
  addOutboxPages(appContext)
}
