import type { Database } from '../db/schema.js'
import { fileNames } from '../mail/diff.js'
import type { ParsedMail } from '../mail/types.js'
import { type DelegationRule, listDelegationRules } from '../store/project.js'
import { findUserByEmail } from '../store/user.js'
import { matchesGlob } from './glob.js'

/** Whom a patch goes to: whom its header names, else whom the project's rules name for each of its files. */
export async function findDelegate(
  db: Database,
  project: number,
  mail: ParsedMail,
): Promise<number | undefined> {
  const named = mail.hints.delegate ? await findUserByEmail(db, mail.hints.delegate) : undefined
  if (named) return named.id
  if (!mail.diff) return undefined
  const rules = await listDelegationRules(db, project)
  return rules.length > 0 ? delegateOf(fileNames(mail.diff), rules) : undefined
}

/** The one user that the rules give every file to. */
function delegateOf(files: readonly string[], rules: readonly DelegationRule[]): number | undefined {
  const delegates = new Set(files.map((file) => rules.find(({ path }) => matchesGlob(path, file))?.user_id))
  const [delegate] = delegates
  return delegates.size === 1 ? delegate : undefined
}
