import type { Database } from '../db/schema.js'
import { type DelegationRule, listDelegationRules } from '../domain/projects/projects.js'
import { findUserByEmail } from '../domain/users/users.js'
import { changedFiles, type DiffFile } from '../mail/diff-files.js'
import { matchesGlob } from '../mail/glob.js'
import type { ParsedMail } from '../mail/types.js'

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
  return rules.length > 0 ? delegateOf(changedFiles(mail.diff), rules) : undefined
}

/** Files of a diff that rules are asked for: a patch of more is nobody's. */
const MAX_FILES = 10_000

/** The one user that the rules give every file to. */
function delegateOf(files: Iterable<DiffFile>, rules: readonly DelegationRule[]): number | undefined {
  let delegate: number | undefined
  let count = 0
  for (const { name, short } of files) {
    const rule = rules.find(
      ({ path }) => matchesGlob(path, name) || (short !== undefined && matchesGlob(path, short)),
    )
    if (rule === undefined || ++count > MAX_FILES) return undefined
    if (delegate !== undefined && delegate !== rule.user_id) return undefined
    delegate = rule.user_id
  }
  return delegate
}
