import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { type Config, readConfig } from '../../config.js'
import { connect, sqlitePath } from '../../db/connect.js'
import { makeLog } from '../../log.js'
import { checkConfiguration } from '../doctor/configuration.js'
import { checkContents } from '../doctor/contents.js'
import type { Finding } from '../doctor/finding.js'
import { checkMail } from '../doctor/mail.js'
import { checkDatabase, checkFile } from '../doctor/storage.js'

const MARKS = { fine: '  ok', warning: 'note', problem: ' BAD' } as const

export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description(
      'Say what is wrong with the configuration, the database, mail and permissions, if anything is.',
    )
    .option('--thorough', 'look into every page of the database, which takes long where it is large')
    .addHelpText('after', '\nChanges nothing. Exits with 1 if something does not work.')
    .action(async ({ thorough }: { thorough?: boolean }) => {
      const findings = await examine(readConfig(process.env), thorough === true)
      for (const { level, words } of findings) console.log(`${MARKS[level]}  ${words}`)
      if (findings.some(({ level }) => level === 'problem')) process.exitCode = 1
    })
}

async function examine(config: Config, isThorough: boolean): Promise<Finding[]> {
  const findings = [...checkConfiguration(config), ...checkFile(config)]
  const path = sqlitePath(config.databaseUrl)
  if (path !== undefined && !existsSync(path)) return findings
  const db = connect(config.databaseUrl)
  try {
    const found = await checkDatabase(db, isThorough)
    findings.push(...found)
    if (found[0]?.level !== 'fine') return findings
    const context = { config, db, log: makeLog(config), now: () => new Date() }
    return [...findings, ...(await checkContents(db)), ...(await checkMail(context))]
  } finally {
    await db.destroy()
  }
}
