import { isMailAddress } from '../../config/mail-settings.js'
import { checkListView } from '../list-view.js'
import { line, type Rules } from '../rule.js'

/** What an account may say of itself, wherever that is entered: pages, API and commands. */

/** The limit of a first or last name, in characters. */
export const MAX_NAME = 150

/** The most rows that somebody's pages may have. */
export const MAX_ITEMS_PER_PAGE = 1000

const name = line({ max: MAX_NAME })

export const ACCOUNT_RULES = {
  username: line({
    isRequired: true,
    check: (text) =>
      isUserName(text)
        ? undefined
        : 'A user name is made of at most 150 letters, digits and _ . @ + - characters.',
  }),
  email: line({
    isRequired: true,
    check: (text) => (isMailAddress(text) ? undefined : 'This is not a mail address.'),
  }),
  first_name: name,
  last_name: name,
  list_view: (value) => (value === '' ? undefined : checkListView(value)),
} satisfies Rules

/** What an account can be called. */
export const USER_NAME_PATTERN = '^[\\w.@+-]{1,150}$'

/** What may be said of an address and of the person behind it. */
export const PERSON_RULES = {
  email: ACCOUNT_RULES.email,
  name: line(),
} satisfies Rules

/** Whether an account can be called so; names that the Python Patchwork gave are as they may be. */
export function isUserName(text: string): boolean {
  return new RegExp(USER_NAME_PATTERN).test(text)
}
