import { ABOUT_PAGES } from './pages/about.js'
import { ACCOUNT_PAGES } from './pages/account.js'
import { ADMIN_PAGES } from './pages/admin.js'
import { describePages } from './walk.js'

describePages('every page of accounts, of administrators and about the site', [
  ...ABOUT_PAGES,
  ...ACCOUNT_PAGES,
  ...ADMIN_PAGES,
])
