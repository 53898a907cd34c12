import { addOutboxPages } from '../admin/outbox.js'
import { addBundlePages } from '../bundles/bundle-page.js'
import { addBundleListPages } from '../bundles/list-page.js'
import type { Mount } from '../framework/request-context.js'
import { addConfirmPages } from './confirm.js'
import { addLoginPages } from './login.js'
import { addMailPages } from './mail.js'
import { addPasswordPages } from './password.js'
import { addProfilePages } from './profile.js'
import { addRegisterPages } from './register.js'
import { addTodoPages } from './todo.js'

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
