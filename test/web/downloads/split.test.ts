import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { insertBundle } from '../../../src/domain/bundles/updates.js'
import { getUser } from '../../../src/domain/users/queries.js'
import { DIFF } from '../../support/mail.js'
import { runProgram } from '../../support/program.js'
import { describePages, type Pages } from '../support.js'

/** What git reads in the downloads of several mails, of which each tries to be two. */

const folder = mkdtempSync(join(tmpdir(), 'patchwork-split-'))
afterAll(() => rmSync(folder, { recursive: true }))

const TIME = 'Mon Jan  1 10:00:00 2026'
const SIGNED = 'Signed-off-by: Mira Keeper <mira@example.org>\n---\n'
const SECOND = `From eve@x ${TIME}\nFrom: Eve <eve@x>\nSubject: [PATCH] second\nMessage-Id: <second@x>\n\nWords.\n`

/** Bodies as they were before their mail was packed into base64. */
const BODIES = [
  `${SECOND}\n${SIGNED}${DIFF}`,
  `Words.\n\n${SECOND}\n${SIGNED}${DIFF}`,
  `Words.\n\n${SIGNED}${DIFF}-- \n2.39\n\n${SECOND}`,
  `>From here\n>>From there\nFrom A\n\n${SIGNED}${DIFF}`,
  `Words.\n\n${'long '.repeat(400)}\n\nFrom here\n${SIGNED}${DIFF}`,
  `Words.\n\n${SIGNED}${DIFF}`.replace(
    ' int lamp(void)\n-\treturn 0;',
    ` From eve@x ${TIME}\n-\treturn ${'0'.repeat(1200)};`,
  ),
  `Words\rFrom eve@x ${TIME}\rFrom: eve\n${SIGNED}${DIFF}`,
  `Words\u2028From eve@x ${TIME}\n\ufeffFrom eve@x ${TIME}\n${SIGNED}${DIFF}`,
]

/** Posts the bodies as one series; gives the patch ids that git finds in them. */
async function postSeries({ post }: Pages): Promise<string[]> {
  for (const [index, body] of BODIES.entries()) {
    await post({
      id: `${index + 1}@split`,
      ...(index > 0 ? { inReplyTo: '1@split' } : {}),
      subject: `[PATCH ${index + 1}/${BODIES.length}] part ${index + 1}`,
      headers: 'Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64',
      body: Buffer.from(body).toString('base64'),
    })
    writeFileSync(join(folder, `body${index}`), body)
  }
  // In one shell, since a large process as that of the tests takes long to start another.
  const said = await run(`for body in body?; do git patch-id --verbatim <$body | cut -d' ' -f1; done`)
  return said.trimEnd().split('\n')
}

async function run(commands: string): Promise<string> {
  const { code, stdout, stderr } = await runProgram(folder, 'sh', ['-c', commands])
  if (code !== 0) throw new Error(stderr)
  return stdout
}

const MAIL = 'Next mail:'

/** What `git mailsplit` and `git mailinfo` make of a download: author, subject and patch id of each mail. */
async function read(mbox: string): Promise<{ author: string; subject: string; id: string }[]> {
  rmSync(join(folder, 'mails'), { recursive: true, force: true })
  mkdirSync(join(folder, 'mails'))
  writeFileSync(join(folder, 'mbox'), mbox)
  const each = `echo '${MAIL}'; git mailinfo message patch <$mail && git patch-id --verbatim <patch`
  const said = await run(`git mailsplit -omails mbox >count && for mail in mails/*; do ${each}; done`)
  return said
    .split(`${MAIL}\n`)
    .slice(1)
    .map((text) => {
      const value = (key: string) => new RegExp(`^${key}: (.*)$`, 'm').exec(text)?.[1] ?? ''
      const id = text.trimEnd().split('\n').at(-1)?.split(' ')[0] ?? ''
      return { author: value('Author'), subject: value('Subject'), id }
    })
}

describePages('what is downloaded together', (pages) => {
  it('is for git the mails that came, each with its author and its patch', async () => {
    const { db, get } = pages
    const ids = await postSeries(pages)
    const expected = ids.map((id, index) => ({ author: 'Mira Keeper', subject: `part ${index + 1}`, id }))
    const series = await db.selectFrom('series').select('id').executeTakeFirstOrThrow()
    expect(await read((await get(`/series/${series.id}/mbox/`)).body)).toEqual(expected)

    const { id: owner_id } = await getUser(db, 'ola')
    const patches = await db.selectFrom('patches').select('id').orderBy('id').execute()
    const bundle = { owner_id, project_id: 1, name: 'all', public: true }
    await insertBundle(
      db,
      bundle,
      patches.map(({ id }) => id),
    )
    expect(await read((await get('/bundle/ola/all/mbox/')).body)).toEqual(expected)
  })
})
