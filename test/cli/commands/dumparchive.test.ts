import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, it } from 'vitest'
import type { Database } from '../../../src/db/schema.js'
import { insertProject } from '../../../src/domain/projects/updates.js'
import { runCli } from '../../support/cli.js'
import { describeOnEach } from '../../support/database.js'
import { addLamps } from '../../support/lamps.js'
import { DIFF, mail } from '../../support/mail.js'
import { git, runProgram } from '../../support/program.js'

const QUOTED_PRINTABLE = 'Content-Transfer-Encoding: quoted-printable'
const OTHER_START = `diff '--color=auto' -u a/lamp.c b/lamp.c\n${DIFF.slice(DIFF.indexOf('--- '))}`
const SIGNED = 'Signed-off-by: Mira Keeper <mira@example.org>\n---\n'

const MAILS = [
  mail({ id: 'cover@x', subject: '[PATCH 0/2] lamps', body: 'Both.\n\n-- \nMira\n' }),
  mail({
    id: 'one@x',
    subject: '[PATCH 1/2] one',
    headers: `In-Reply-To: <cover@x>\n${QUOTED_PRINTABLE}`,
    body: `It says:\n\n=46rom a@x Mon Jan  1 10:00:00 2026\n>From here\n\n${SIGNED} lamp.c | 2\n\n${DIFF.replaceAll('=', '=3D')}`,
  }),
  mail({
    id: 'two@x',
    subject: '[PATCH 2/2] zwei: Öl',
    inReplyTo: 'cover@x',
    body: `Words.\n\n${SIGNED}${OTHER_START}`,
  }),
  mail({
    subject: 'Re: [PATCH 2/2] two',
    inReplyTo: 'two@x',
    body: 'Acked-by: Ola Wick <ola@example.org>\n',
  }),
]

const TIME = 'Mon Jan  1 10:00:00 2026'
const SECOND = `From eve@x ${TIME}\nFrom: Eve <eve@x>\nSubject: [PATCH] second\nMessage-Id: <second@x>\n\nWords.\n`

/** A body in base64, whatever lines it has. */
function inBase64(id: string, subject: string, body: string): Buffer {
  const headers = 'Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64'
  return mail({ id, subject, headers, body: Buffer.from(body).toString('base64') })
}

/** Mails that an archive could take for two, or for others. */
const HOSTILE = [
  mail({
    id: 'hostile-0@x',
    subject: '[PATCH 0/9] =?utf-8?q?lamps=0A=0AFrom_eve@x_Mon?=',
    body: `>From here\n>>From there\n`,
  }),
  ...[
    `${SECOND}\n${SIGNED}${DIFF}`,
    `Words.\n\n${SECOND}\n${SIGNED}${DIFF}`,
    `Words.\n\n${SIGNED}${DIFF}-- \n2.39\n\n${SECOND}`,
    `>From here\n>>From there\nFrom A\n\n${SIGNED}${DIFF}`,
    `Words\rFrom eve@x ${TIME}\rFrom: eve\n${SIGNED}${DIFF}`,
    `Words\u2028From eve@x ${TIME}\n\ufeffFrom eve@x ${TIME}\n${SIGNED}${DIFF}`,
    `Words.\n--b\nContent-Type: text/plain\n\nx\n--b--\n${SIGNED}${DIFF}`,
    `Words.\n\n${SIGNED}${DIFF}`
      .replace(' int lamp(void)', ` From eve@x ${TIME}\n+>From here\n+>>From there\n-From x`)
      .replace('1,3 +1,3', '1,4 +1,5'),
    `Words.\n\n${SIGNED}${DIFF}\nFrom`,
  ].map((body, index) => inBase64(`hostile-${index + 1}@x`, `[PATCH ${index + 1}/9] lamp`, body)),
  mail({
    id: 'pull@x',
    subject: '[GIT PULL] lamps',
    body: 'The following changes since commit 0123456789012345678901234567890123456789:\n\n  lamp\n\nare available in the Git repository at:\n\n  git://lamps.example.org/lamp.git main\n\nFrom here on it is lit.\n',
  }),
]

/** What a download adds of its own, which comes into the headers of a mail that is read again. */
const ADDED = /^(?:X-Patchwork-[\w-]+|MIME-Version): .*\n/gm

const folder = mkdtempSync(join(tmpdir(), 'patchwork-dumparchive-'))
afterAll(() => rmSync(folder, { recursive: true }))

function write(mails: readonly Buffer[]): string {
  const path = join(folder, 'list.mbox')
  const from = Buffer.from('From x Thu Jan  1 00:00:00 1970\n')
  writeFileSync(path, Buffer.concat(mails.flatMap((each) => [from, each, Buffer.from('\n')])))
  return path
}

async function dump(url: string, project = 'lamps'): Promise<string> {
  const file = join(folder, 'dump.mbox')
  rmSync(file, { force: true })
  expect(await runCli(url, 'dumparchive', project, '--output', file)).toEqual({
    code: 0,
    out: '',
    err: '',
  })
  return readFileSync(file, 'utf8')
}

/** What `git mailsplit` and `git mailinfo` read in an archive: author, subject, message and patch of each mail. */
async function bodiesOf(archive: string, ...options: string[]): Promise<string[]> {
  const work = mkdtempSync(join(folder, 'split-'))
  writeFileSync(join(work, 'mbox'), archive)
  mkdirSync(join(work, 'mails'))
  await git(work, 'mailsplit', ...options, '-omails', 'mbox')
  const read =
    'for mail in mails/*; do git mailinfo message patch <$mail; cat message; git patch-id <patch; done'
  const { stdout } = await runProgram(work, 'sh', ['-c', read])
  return stdout.split(/^(?=Author: )/m).toSorted()
}

/** All that is stored of the mails of a project, numbers aside. */
async function rowsOf(db: Database, project: number): Promise<unknown> {
  const patches = await db
    .selectFrom('patches')
    .innerJoin('patch_texts', 'patch_texts.patch_id', 'patches.id')
    .innerJoin('series', 'series.id', 'patches.series_id')
    .select([
      'patches.msgid',
      'patches.date',
      'patches.name',
      'patches.hash',
      'patches.pull_url',
      'patches.number',
    ])
    .select(['patches.submitter_id', 'patch_texts.content', 'patch_texts.diff', 'patch_texts.above_diff'])
    .select(['series.name as series', 'series.version', 'series.total'])
    .where('patches.project_id', '=', project)
    .orderBy('patches.id')
    .execute()
  const covers = await db
    .selectFrom('covers')
    .innerJoin('cover_texts', 'cover_texts.cover_id', 'covers.id')
    .select(['covers.msgid', 'covers.date', 'covers.name', 'covers.submitter_id', 'cover_texts.content'])
    .where('covers.project_id', '=', project)
    .orderBy('covers.id')
    .execute()
  return { patches, covers }
}

describeOnEach('dumparchive', (fixture) => {
  beforeEach(async () => void (await addLamps(fixture.db)))

  it('writes an archive that comes back equal', async () => {
    const mbox = write(MAILS)
    await runCli(fixture.url, 'parsearchive', mbox)
    const out = await dump(fixture.url)
    expect(out.match(/^From /gm)).toHaveLength(3)
    expect(out).not.toContain('Acked-by')

    rmSync(join(folder, 'other.db'), { force: true })
    const other = `sqlite:${join(folder, 'other.db')}`
    const project = [
      'lamps',
      '--name',
      'L',
      '--list-id',
      'lamps.example.org',
      '--list-email',
      'lamps@example.org',
    ]
    expect((await runCli(other, 'project', 'add', ...project)).err).toBe('')
    writeFileSync(mbox, out)
    expect((await runCli(other, 'parsearchive', mbox)).out).toContain('3 mails:\n  1 covers\n  2 patches\n')
    expect((await dump(other)).replace(ADDED, '')).toBe(out.replace(ADDED, ''))
  })

  it('writes an archive of hostile mails that others read as the same mails', async () => {
    expect((await runCli(fixture.url, 'parsearchive', write(HOSTILE))).out).toContain(
      '  0 dropped\n  0 errors\n',
    )
    const out = await dump(fixture.url)
    const archive = readFileSync(join(folder, 'list.mbox'), 'latin1')
    // Of unquoted archives git keeps the lines as they are.
    const posted = await bodiesOf(archive)
    expect(posted).toHaveLength(HOSTILE.length)
    expect(await bodiesOf(out)).toEqual(posted)
    expect(await bodiesOf(out, '--mboxrd')).toEqual(posted)

    await insertProject(fixture.db, {
      link_name: 'copies',
      name: 'C',
      list_id: 'c.example.org',
      list_email: 'lamps@example.org',
    })
    const words = [join(folder, 'dump.mbox'), '--list-id', 'c.example.org']
    expect((await runCli(fixture.url, 'parsearchive', ...words)).out).toContain(`${HOSTILE.length} mails:\n`)
    expect(await rowsOf(fixture.db, 2)).toEqual(await rowsOf(fixture.db, 1))
    expect((await dump(fixture.url, 'copies')).replace(ADDED, '')).toBe(out.replace(ADDED, ''))
  })
})
