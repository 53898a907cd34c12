import type { Database } from '../db/schema.js'
import { type DelegationRule, listDelegationRules } from '../domain/projects/queries.js'
import { findUserByEmail } from '../domain/users/queries.js'
import { changedFiles, type DiffFile } from '../mail/diff-files.js'
import { matchesGlob } from '../mail/glob.js'
import type { ParsedMail } from '../mail/types.js'

/** The delegate of a patch: the user in its header, else the user whom the project's rules name for all its files. */
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

/** Maximum number of files for delegation rules: a patch with more files gets no delegate. */
const MAX_FILES = 10_000

/** The user to whom the rules delegate every file. */
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
