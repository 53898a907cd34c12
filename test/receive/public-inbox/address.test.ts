import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, renameSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { savePosition } from '../../../src/domain/mails/positions.js'
import { credentialEnvironment, parseInboxAddress } from '../../../src/receive/public-inbox/address.js'
import { syncInbox } from '../../../src/receive/public-inbox/sync.js'
import { Conflict } from '../../../src/util/errors.js'
import { ArchiveRepository } from '../../support/archive.js'
import { contextOn } from '../../support/context.js'
import { describeOnEach } from '../../support/database.js'
import { basic, GitServer, publish } from '../../support/git-server.js'
import { addLamps } from '../../support/lamps.js'
import { mail } from '../../support/mail.js'
import { git } from '../../support/program.js'

/** As it is written in an address, and as it is. */
const WRITTEN = 'p%40ss%2Fw%22or$d%C3%A4'
const PASSWORD = 'p@ss/w"or$dä'

const credentials = (user: string, password?: string) => ({ user, password })

describe('an address of an archive', () => {
  it.each([
    ['https://lore.example.org/a/', 'https://lore.example.org/a', undefined],
    ['https://me:a@b:c@lore.example.org/a', 'https://lore.example.org/a', credentials('me', 'a@b:c')],
    [`https://me:${WRITTEN}@x:8443/a`, 'https://x:8443/a', credentials('me', PASSWORD)],
    ['https://me:100%@x/a', 'https://x/a', credentials('me', '100%')],
    ['https://token@x/a', 'https://x/a', credentials('token')],
    ['https://x/a@b', 'https://x/a@b', undefined],
    ['ssh://git:secret@x/a', 'ssh://git@x/a', undefined],
    ['git@x:a', 'git@x:a', undefined],
    ['/srv/a/../b', '/srv/b', undefined],
  ])('%s has one name without its password', (place, source, expected) => {
    expect(parseInboxAddress(place)).toEqual({ source, credentials: expected })
  })

  it('gives its password to its own server alone, and leaves what the environment says already', () => {
    const ask = (host: string) => {
      const env = {
        ...process.env,
        GIT_TERMINAL_PROMPT: '0',
        ...credentialEnvironment('https://x:8443/a', { user: 'me', password: PASSWORD }),
      }
      const input = `protocol=https\nhost=${host}\n\n`
      return execFileSync('git', ['credential', 'fill'], { env, input, stdio: ['pipe', 'pipe', 'ignore'] })
    }
    expect(ask('x:8443').toString()).toContain(`username=me\npassword=${PASSWORD}\n`)
    expect(() => ask('y')).toThrow()
    expect(() => ask('x')).toThrow()
    process.env.GIT_CONFIG_COUNT = '2'
    const { GIT_CONFIG_COUNT, ...more } = credentialEnvironment('https://x/a', credentials('me'))
    delete process.env.GIT_CONFIG_COUNT
    expect(GIT_CONFIG_COUNT).toBe('3')
    expect(more).toEqual({ GIT_CONFIG_KEY_2: 'credential.https://x.username', GIT_CONFIG_VALUE_2: 'me' })
  })
})

describeOnEach('an archive behind a password', (fixture) => {
  let folder: string
  let server: GitServer
  let epoch: ArchiveRepository

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'patchwork-inbox-'))
    await addLamps(fixture.db)
    epoch = await ArchiveRepository.create(join(folder, 'lore', '0'))
    await epoch.add(mail({ id: '1@x' }))
    await publish(epoch.folder)
    server = new GitServer(folder, basic('me', PASSWORD))
    await server.listen()
  })
  afterEach(() => server.close())

  const clones = () => join(folder, 'clones')
  const sync = (password = WRITTEN) =>
    syncInbox(
      contextOn(fixture, { environment: { PATCHWORK_INBOX_FOLDER: clones() } }),
      `http://me:${password}@127.0.0.1:${server.port}/lore`,
    )
  /** Everything that is kept of an address. */
  const kept = async () => {
    const rows = await fixture.db.selectFrom('mail_positions').selectAll().execute()
    const configs = readdirSync(clones(), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.name === 'config')
      .map((entry) => execFileSync('cat', [join(entry.parentPath, entry.name)]).toString())
    return JSON.stringify([rows, configs, readdirSync(clones(), { recursive: true })])
  }
  const add = async (id: string) => {
    await epoch.add(mail({ id }))
    await publish(epoch.folder)
  }

  it('shows it to nobody on the machine, and keeps it nowhere', async () => {
    expect(await sync()).toEqual({ mails: 1, deleted: 0 })
    await add('2@x')
    expect(await sync()).toEqual({ mails: 1, deleted: 0 })
    const lines = [...server.commandLines].filter((line) => line.includes(`:${server.port}/lore`))
    expect(lines).not.toEqual([])
    for (const text of [...lines, await kept()]) {
      expect(text).not.toContain('me:')
      expect(text).not.toContain('p%40ss')
      expect(text).not.toContain('p@ss')
    }
  })

  it('is read on, and not cloned again, where an earlier version had read it by its whole address', async () => {
    await sync()
    const address = `http://me:${WRITTEN}@127.0.0.1:${server.port}/lore`
    const [current = ''] = readdirSync(clones())
    await git(join(clones(), current, '0.git'), 'config', 'remote.origin.url', `${address}/0`)
    renameSync(join(clones(), current), join(clones(), 'me_p_40ss_old'))
    const head = (await git(epoch.folder, 'rev-parse', 'HEAD')).trim()
    await fixture.db.deleteFrom('mail_positions').execute()
    await savePosition(fixture.db, `inbox:${address} 0`, head)
    // The password has changed since.
    server.setPassword('me', 'new')
    await add('2@x')
    expect(await sync('new')).toEqual({ mails: 1, deleted: 0 })
    expect(readdirSync(clones())).toEqual([current])
    expect(await kept()).not.toContain('p%40ss')
  })

  it('is not read with a wrong password, nor is that shown', async () => {
    const error = await sync('wrong').catch((reason: unknown) => reason)
    expect(String(error)).toContain('cannot be cloned')
    expect(String(error)).not.toContain('wrong')
  })

  it('is read by one of two at once, and once', async () => {
    const results = await Promise.allSettled([sync(), sync(), sync()])
    const failed = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
    for (const reason of failed) expect(reason).toBeInstanceOf(Conflict)
    const read = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value.mails] : []))
    expect(read.filter((mails) => mails > 0)).toEqual([1])
    const [clone = ''] = readdirSync(clones())
    await git(join(clones(), clone, '0.git'), 'fsck', '--strict')
    expect(await sync()).toEqual({ mails: 0, deleted: 0 })
  })
})
