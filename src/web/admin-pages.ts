import { addAuditPage } from './admin/audit.js'
import { addIndexPage } from './admin/index.js'
import { addJournalPages } from './admin/mail.js'
import { addPeoplePages } from './admin/people.js'
import { addProjectRightsForms } from './admin/project-rights.js'
import { addProjectsAdminPages } from './admin/projects.js'
import { addSettingsPages } from './admin/settings.js'
import { addStatePages } from './admin/states.js'
import { addTagPages } from './admin/tags.js'
import { addUserPages } from './admin/user.js'
import { addUserRemovalPages } from './admin/user-removal.js'
import { addUsersPages } from './admin/users.js'
import type { Mount } from './visit.js'

/** What those who run the site, and those who maintain a project, see and change of it. */
export function addAdminPages(mount: Mount): void {
  addIndexPage(mount)
  addAuditPage(mount)
  addProjectsAdminPages(mount)
  addSettingsPages(mount)
  addProjectRightsForms(mount)
  addUsersPages(mount)
  addUserPages(mount)
  addUserRemovalPages(mount)
  addPeoplePages(mount)
  addStatePages(mount)
  addTagPages(mount)
  addJournalPages(mount)
}
