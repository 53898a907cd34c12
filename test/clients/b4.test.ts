import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { addAccount } from '../support/accounts.js'
import { describeDemo, MIRA } from '../support/demo.js'
import { git, runProgram } from '../support/program.js'
import { type PublicInbox, servePublicInbox } from '../support/public-inbox.js'
import { cloneRepository } from '../support/repository.js'

const STRANGERS_TOKEN = 'e'.repeat(40)

describeDemo('b4', (demo) => {
  let inbox: PublicInbox
  let home: string
  let repository: string

  beforeAll(async () => {
    inbox = await servePublicInbox()
    await addAccount(demo.db, 'stranger', { token: STRANGERS_TOKEN })
  })
  afterAll(() => inbox.close())
  beforeEach(async () => {
    home = mkdtempSync(join(tmpdir(), 'patchwork-b4-'))
    repository = join(home, 'lanterna')
    await cloneRepository(repository)
    configure()
  })

  /** Settles b4 as its guide says, with the archive and the server of this test. */
  function configure(key: string = MIRA.token): void {
    writeFileSync(
      join(home, '.gitconfig'),
      `[user]
name = Mira Keeper
email = mira@lanterna.example.org
[b4]
midmask = ${inbox.url}/all/%s
attestation-policy = off
pw-url = ${demo.server}
pw-key = ${key}
pw-project = lanterna
pw-review-state = under-review
pw-accept-state = accepted
pw-discard-state = rejected
`,
    )
  }

  /** Runs b4 in the repository; gives what it prints. */
  async function b4(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await runProgram(repository, 'b4', ['--no-stdin', ...args], {
      HOME: home,
    })
    expect(code, stderr).toBe(0)
    return stdout + stderr
  }

  async function statesOf(...ids: number[]): Promise<string[]> {
    const rows = await demo.db
      .selectFrom('patches')
      .innerJoin('states', 'states.id', 'state_id')
      .select(['patches.id', 'slug'])
      .execute()
    return ids.map((id) => rows.find((row) => row.id === id)?.slug ?? '')
  }

  it('fetches a series by its address here, says that it is reviewed, thanks when it is applied', async () => {
    const { web_url } = (await demo.app.inject(`${demo.server}/api/1.2/patches/4/`)).json()
    const fetched = await b4('am', web_url)
    expect(fetched).toMatch(/^ -> under-review : \[1\/2\] docs: begin a guide for keepers$/m)
    expect(await statesOf(4, 5)).toEqual(['under-review', 'under-review'])

    const mbox = readdirSync(repository).find((name) => name.endsWith('.mbx'))
    await git(repository, 'am', '--quiet', String(mbox))
    const thanked = await b4('ty', '--auto')
    expect(thanked).toMatch(/^ -> accepted : \[2\/2\] docs: say what to do in fog$/m)
    expect(await statesOf(4, 5)).toEqual(['accepted', 'accepted'])
    expect(readdirSync(repository).filter((name) => name.endsWith('.thanks'))).toHaveLength(1)
  })

  it('gives diffs the same hash', async () => {
    const patches = await demo.db
      .selectFrom('patches')
      .select(['id', 'hash'])
      .where('hash', 'is not', null)
      .orderBy('id')
      .execute()
    const details = await Promise.all(patches.map(({ id }) => demo.app.inject(`/api/1.2/patches/${id}/`)))
    writeFileSync(join(home, 'diffs.json'), JSON.stringify(details.map((answer) => answer.json().diff)))
    const script =
      'import b4, json; print(*map(b4.LoreMessage.get_patchwork_hash, json.load(open("diffs.json"))))'
    const { stdout } = await runProgram(home, '/usr/bin/python3', ['-c', script])
    expect(patches.length).toBeGreaterThan(30)
    expect(stdout.trim().split(' ')).toEqual(patches.map(({ hash }) => hash))
  })

  it('discards what is not wanted, with the state that it is told', async () => {
    await b4('am', 'rfc-1@lanterna.example.org')
    await b4('am', 'typo-1@lanterna.example.org')
    expect(await statesOf(15, 6)).toEqual(['under-review', 'under-review'])
    await b4('ty', '--discard', '1')
    await b4('ty', '--discard', 'all', '--pw-set-state', 'deferred')
    expect(await statesOf(15, 6)).toEqual(['rejected', 'deferred'])
  })

  it('fetches from a mailbox as well, and leaves what was put away as it is', async () => {
    await demo.db.updateTable('patches').set({ archived: true }).where('id', '=', 31).execute()
    const thread = await fetch(`${inbox.url}/all/leak-1@lanterna.example.org/t.mbox.gz`)
    writeFileSync(join(repository, 'leak.mbox.gz'), Buffer.from(await thread.arrayBuffer()))
    await runProgram(repository, 'gunzip', ['leak.mbox.gz'])
    await b4('am', '-m', 'leak.mbox', 'leak-1@lanterna.example.org')
    expect(await statesOf(31)).toEqual(['new'])
  })

  it('changes nothing for those who may not', async () => {
    for (const key of [STRANGERS_TOKEN, 'f'.repeat(40)]) {
      configure(key)
      expect(await b4('am', 'wick-1@lanterna.example.org')).not.toContain('-> under-review')
      expect(await statesOf(32)).toEqual(['new'])
    }
  })
})
