// Loads a set of recorded mail into an empty database, as load.mjs of the conformance tools does: the same commands in the
// same order, in one process. Sets with an archive for each of a hundred projects take five times as long otherwise.
//
//   PATCHWORK_DATABASE_URL=… node scripts/load-set.mjs FOLDER     the folder with setup.json and the mail that it names
//
// Ends with 1 at the first command that fails.
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import compiled from '../bin/compiled.cjs'

const { run } = compiled.loadProgram(resolve(import.meta.dirname, '../dist/bundle/main.cjs'))
const folder = resolve(process.argv[2] ?? '')
const { projects, users, links = [], delegation = [], mail, mail_by_header: mailByHeader = [] } = readSetup()

await command('migrate')
for (const { linkname, name, listid, listemail, ...rest } of projects)
  await command(
    'project',
    'add',
    linkname,
    '--name',
    name,
    '--list-id',
    listid,
    '--list-email',
    listemail,
    ...toOptions(rest),
  )
for (const { username, token, maintains = [], ...rest } of users) {
  await command('user', 'add', username, '--token', token, ...toOptions(rest))
  for (const project of maintains) await command('maintainer', 'add', project, username)
}
for (const { username, email, name } of links)
  await command('person', 'link', email, username, '--name', name)
for (const { project, path, user, priority } of delegation)
  await command('delegation', 'add', project, path, user, '--priority', String(priority))
for (const { file, listid } of mail) await command('parsearchive', join(folder, file), '--list-id', listid)
for (const { file } of mailByHeader) await command('parsearchive', join(folder, file))

function readSetup() {
  return JSON.parse(readFileSync(join(folder, 'setup.json'), 'utf8'))
}

/** `{ web_url: 'x', superuser: true, first_name: '' }` as `--web-url x --superuser`. */
function toOptions(values) {
  return Object.entries(values)
    .filter(([, value]) => value !== false && value !== '')
    .flatMap(([name, value]) => {
      const option = `--${name.replaceAll('_', '-')}`
      return value === true ? [option] : [option, String(value)]
    })
}

async function command(...args) {
  const code = await run(args)
  if (code === 0) return
  console.error(`failed with ${code}: ${args.join(' ')}`)
  process.exit(1)
}
