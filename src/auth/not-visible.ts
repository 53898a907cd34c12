import { NotFound } from '../util/errors.js'

/** What is appended to a 404 that may turn into an answer; the words before it are those that clients know. */
const AFTER_LOGIN = 'It may be shown after a login, for example with an API token.'

/**
 * The 404 for what only some callers may see. It is the same whether it exists or not, so it tells nothing; those
 * who are not logged in read that a login may help.
 */
export function notVisible(viewer: object | undefined, detail = 'Not found.'): NotFound {
  return new NotFound(viewer ? detail : `${detail} ${AFTER_LOGIN}`)
}
