import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Command } from 'commander'
import { readConfig } from '../../config/config.js'
import { backup, restore } from '../../db/backup.js'
import { sqlitePath } from '../../db/connect.js'

/** `backup` and `restore`. */
export function addBackupCommands(program: Command): void {
  program
    .command('backup <file>')
    .description('Copy the database into a new file, while the server runs.')
    .addHelpText('after', '\nThe copy of a PostgreSQL database is made by pg_dump, and loaded by pg_restore.')
    .action(async (file: string) => {
      await backup(readConfig(process.env).databaseUrl, file)
      console.log(`The database is in ${file}.`)
    })
  program
    .command('restore <file>')
    .description('Make the database from such a copy; no server may run on it meanwhile.')
    .option('--force', 'in the place of the database that is there')
    .action(async (file: string, { force }: { force?: boolean }) => {
      const { databaseUrl } = readConfig(process.env)
      const path = sqlitePath(databaseUrl)
      if (path !== undefined) mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
      await restore(databaseUrl, file, force === true)
      console.log(`The database is as it was when ${file} was made.`)
    })
}
