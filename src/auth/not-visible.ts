import { NotFound } from '../util/errors.js'

/** Appended to a 404 that may succeed after a login; clients know the words before it. */
const AFTER_LOGIN = 'It may be shown after a login, for example with an API token.'

/**
 * The 404 for what only some callers may see. It is the same whether it exists or not, so it tells nothing; those
 * who are not logged in read that a login may help.
 */
export function notVisible(viewer: object | undefined, detail = 'Not found.'): NotFound {
  return new NotFound(viewer ? detail : `${detail} ${AFTER_LOGIN}`)
}
