import { dirname } from 'node:path'
import type { Command } from 'commander'
import { readConfig } from '../../config/config.js'
import { backup, restore } from '../../db/backup.js'
import { makeFolder } from '../../util/folder.js'
import { sqlitePath } from '../../util/sqlite-path.js'

/** `backup` and `restore`. */
export function addBackupCommands(program: Command): void {
  program
    .command('backup <file>')
    .description('Write a backup of the database into a new file; the server may be running.')
    .addHelpText('after', '\nPostgreSQL databases need the programs pg_dump and pg_restore.')
    .action(async (file: string) => {
      await backup(readConfig(process.env).databaseUrl, file)
      console.log(`Backup written to ${file}.`)
    })
  program
    .command('restore <file>')
    .description('Restore the database from a backup; no server may use the database meanwhile.')
    .option('--force', 'replace an existing database')
    .action(async (file: string, { force }: { force?: boolean }) => {
      const { databaseUrl } = readConfig(process.env)
      const path = sqlitePath(databaseUrl)
      if (path !== undefined) makeFolder(dirname(path))
      await restore(databaseUrl, file, force === true)
      console.log(`Database restored from ${file}.`)
    })
}
