import { accessSync, constants, existsSync, statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Config } from '../../config/config.js'
import { countWrongCounters } from '../../db/counters.js'
import { capabilities } from '../../db/dialect/dialect.js'
import { pendingMigrations } from '../../db/migrate.js'
import type { Database } from '../../db/schema.js'
import { countWrongNewest } from '../../domain/checks/newest.js'
import { sqlitePath } from '../../util/sqlite-path.js'
import { type Finding, fine, problem, warning } from './finding.js'

const GIBIBYTE = 1024 ** 3
/** Less room than this is a matter of weeks … */
const SCARCE = 2 * GIBIBYTE
/** … and less than this one of hours. */
const NONE = GIBIBYTE / 4

/** Whether the file of a SQLite database can be worked with; nothing for PostgreSQL. */
export function checkFile({ databaseUrl }: Config): Finding[] {
  const path = sqlitePath(databaseUrl)
  if (path === undefined) return []
  if (!existsSync(path))
    return [warning(`The database '${path}' does not exist yet; the first command creates it.`)]
  const findings: Finding[] = []
  // Beside the database SQLite keeps two files of its own.
  for (const each of [path, dirname(path)])
    try {
      accessSync(each, constants.R_OK | constants.W_OK)
    } catch {
      findings.push(problem(`The current user cannot read and write '${each}'.`))
    }
  const { bavail, bsize } = statfsSync(dirname(path))
  findings.push(describeSpace(bavail * bsize))
  return findings
}

function describeSpace(bytes: number): Finding {
  const words = `The disk of the database has ${(bytes / GIBIBYTE).toFixed(1)} GiB of free space.`
  if (bytes < NONE) return problem(words)
  return bytes < SCARCE ? warning(words) : fine(words)
}

interface CheckedDatabase {
  readonly findings: readonly Finding[]
  /** Whether its contents can be looked at: it is neither broken nor of another schema. */
  readonly isReadable: boolean
}

/** Whether the database answers, has the newest schema, and is sound; the last takes long where it is large. */
export async function checkDatabase(db: Database, isThorough: boolean): Promise<CheckedDatabase> {
  let pending: string[]
  try {
    pending = await pendingMigrations(db)
  } catch (error) {
    return {
      findings: [problem(`The database cannot be used: ${(error as Error).message}.`)],
      isReadable: false,
    }
  }
  const isNewest = pending.length === 0
  const schema = isNewest
    ? fine('The database is reachable, and its schema is up to date.')
    : warning(`The database needs the migrations ${pending.join(', ')}; run 'patchwork migrate'.`)
  if (!isThorough) return { findings: [schema], isReadable: isNewest }
  const faults = await findFaults(db)
  if (faults.length > 0) return { findings: [schema, ...faults.map(problem)], isReadable: false }
  const derived = isNewest ? await checkDerived(db) : []
  const sound = derived.length > 0 ? derived : [fine('The database is consistent.')]
  return { findings: [schema, ...sound], isReadable: isNewest }
}

/** A database may be so broken that it can't even look for faults. */
async function findFaults(db: Database): Promise<string[]> {
  return await capabilities(db)
    .findFaults(db)
    .catch((error: unknown) => [`The database cannot be verified: ${(error as Error).message}.`])
}

async function checkDerived(db: Database): Promise<Finding[]> {
  const [counters, checks] = [await countWrongCounters(db), await countWrongNewest(db)]
  const findings: Finding[] = []
  if (counters > 0)
    findings.push(
      problem(
        `${counters} row counters are wrong, so that lists show a wrong total; run 'patchwork recount'.`,
      ),
    )
  if (checks > 0)
    findings.push(
      problem(`${checks} entries of the newest checks are missing or outdated; run 'patchwork recount'.`),
    )
  return findings
}
