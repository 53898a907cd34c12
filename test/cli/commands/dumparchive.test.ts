import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, it } from 'vitest'
import { runCli } from '../../support/cli.js'
import { describeOnEach } from '../../support/database.js'
import { addLamps } from '../../support/lamps.js'
import { DIFF, mail } from '../../support/mail.js'

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

/** What a download adds of its own, which comes into the headers of a mail that is read again. */
const ADDED = /^(?:X-Patchwork-[\w-]+|MIME-Version): .*\n/gm

const folder = mkdtempSync(join(tmpdir(), 'patchwork-dumparchive-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function dump(url: string): Promise<string> {
  const file = join(folder, 'dump.mbox')
  rmSync(file, { force: true })
  expect(await runCli(url, 'dumparchive', 'lamps', '--output', file)).toEqual({
    code: 0,
    out: '',
    err: '',
  })
  return readFileSync(file, 'utf8')
}

describeOnEach('dumparchive', (fixture) => {
  beforeEach(async () => void (await addLamps(fixture.db)))

  it('writes an archive that comes back equal', async () => {
    const mbox = join(folder, 'list.mbox')
    const from = Buffer.from('From x Thu Jan  1 00:00:00 1970\n')
    writeFileSync(mbox, Buffer.concat(MAILS.flatMap((each) => [from, each, Buffer.from('\n')])))
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
})
