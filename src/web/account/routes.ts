import type { AppContext } from '../framework/request-context.js'
import { addConfirmPages } from './confirm.js'
import { addLoginPages } from './login.js'
import { addMailPages } from './mail.js'
import { addPasswordPages } from './password.js'
import { addProfilePages } from './profile.js'
import { addRegisterPages } from './register.js'
import { addTodoPages } from './todo.js'
import { addTokenPages } from './tokens.js'

/** Pages about accounts and about the user's own account. */
export function addAccountPages(appContext: AppContext): void {
  addLoginPages(appContext)
  addRegisterPages(appContext)
  addConfirmPages(appContext)
  addPasswordPages(appContext)
  addMailPages(appContext)
  addProfilePages(appContext)
  addTodoPages(appContext)
  addTokenPages(appContext)
}
