import { addBundlePages } from './pages/bundle.js'
import { addBundleListPages } from './pages/bundle-list.js'
import { addConfirmPages } from './pages/confirm.js'
import { addLoginPages } from './pages/login.js'
import { addMailPages } from './pages/mail.js'
import { addOutboxPages } from './pages/outbox.js'
import { addPasswordPages } from './pages/password.js'
import { addProfilePages } from './pages/profile.js'
import { addRegisterPages } from './pages/register.js'
import { addTodoPages } from './pages/todo.js'
import type { Mount } from './visit.js'

/** Accounts, what is one's own, bundles, and the mail that all of this sends. */
export function addAccountPages(mount: Mount): void {
  addLoginPages(mount)
  addRegisterPages(mount)
  addConfirmPages(mount)
  addPasswordPages(mount)
  addMailPages(mount)
  addProfilePages(mount)
  addTodoPages(mount)
  addBundleListPages(mount)
  addBundlePages(mount)
  addOutboxPages(mount)
}
