import { existsSync } from 'node:fs'
import type { Config } from '../../config/config.js'
import { connect } from '../../db/connect.js'
import { sqlitePath } from '../../util/sqlite-path.js'
import { makeContext } from '../make-context.js'
import { checkConfiguration } from './configuration.js'
import { checkContents } from './contents.js'
import type { Finding } from './finding.js'
import { checkMail } from './mail.js'
import { checkModes } from './modes.js'
import { checkDatabase, checkFile } from './storage.js'

/** Looks at everything, as far as it can be reached; changes nothing, and makes no database. */
export async function examine(config: Config, isThorough: boolean): Promise<Finding[]> {
  const findings = [
    ...(await checkConfiguration(config)),
    ...checkFile(config),
    ...checkModes(config, process.env),
  ]
  const path = sqlitePath(config.databaseUrl)
  if (path !== undefined && !existsSync(path)) return findings
  const db = connect(config.databaseUrl)
  try {
    const database = await checkDatabase(db, isThorough)
    findings.push(...database.findings)
    if (!database.isReadable) return findings
    return [...findings, ...(await checkContents(db)), ...(await checkMail(makeContext({ config, db })))]
  } finally {
    await db.destroy()
  }
}
