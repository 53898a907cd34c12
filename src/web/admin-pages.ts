import { addAuditPage } from './admin/audit.js'
import { addIndexPage } from './admin/index.js'
import type { Mount } from './visit.js'

/** What those who run the site, and those who maintain a project, see and change of it. */
export function addAdminPages(mount: Mount): void {
  addIndexPage(mount)
  addAuditPage(mount)
}
