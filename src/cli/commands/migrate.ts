import type { Command } from 'commander'
import { readConfig } from '../../config/config.js'
import { connect } from '../../db/connect.js'
import { migrate } from '../../db/migrate.js'

export function addMigrateCommand(program: Command): void {
  program
    .command('migrate')
    .description('Migrate the database to the current schema; other commands also do this when they start.')
    .action(async () => {
      const db = connect(readConfig(process.env).databaseUrl)
      try {
        const names = await migrate(db)
        console.log(names.length > 0 ? `Migrated: ${names.join(', ')}.` : 'The database is up to date.')
      } finally {
        await db.destroy()
      }
    })
}
