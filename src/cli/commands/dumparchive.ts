import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type { Command } from 'commander'
import type { Database } from '../../db/schema.js'
import { type ArchiveEntry, listArchive } from '../../domain/patches/archive.js'
import { getProject, listProjects, type Project } from '../../domain/projects/queries.js'
import { formatMails } from '../../web/downloads/mbox.js'
import { withDatabase } from '../open-database.js'

export function addDumpCommand(program: Command): void {
  program
    .command('dumparchive [linkname...]')
    .description('Write the cover letters and patches of some or all projects into one mbox (mboxrd).')
    .option('--output <file>', 'output file, gzipped if its name ends in .gz (default: standard output)')
    .action((linkNames: string[], { output }: { output?: string }) =>
      withDatabase(async (db) => {
        const named = await Promise.all(linkNames.map((name) => getProject(db, name)))
        const projects = named.length > 0 ? named : await listProjects(db)
        await write(Readable.from(mboxes(db, projects)), output)
      }),
    )
}

async function write(mails: Readable, output: string | undefined): Promise<void> {
  if (output === undefined) return await pipeline(mails, process.stdout, { end: false })
  const file = createWriteStream(output, { flags: 'wx', mode: 0o600 })
  await (output.endsWith('.gz') ? pipeline(mails, createGzip(), file) : pipeline(mails, file))
}

/** One mail after the other as it was posted, by their dates: an archive that `parsearchive` reads back. */
async function* mboxes(db: Database, projects: readonly Project[]): AsyncGenerator<string> {
  for (const { id } of projects)
    for await (const entries of listArchive(db, id)) {
      const numbersOf = (kind: ArchiveEntry['kind']) =>
        entries.filter((entry) => entry.kind === kind).map((entry) => entry.id)
      const mails = {
        cover: await formatMails(db, 'cover', numbersOf('cover'), 'archive'),
        patch: await formatMails(db, 'patch', numbersOf('patch'), 'archive'),
      }
      for (const entry of entries) yield `${mails[entry.kind].get(entry.id) ?? ''}\n`
    }
}
