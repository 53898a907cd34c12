import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { insertBundle } from '../../../src/domain/bundles/updates.js'
import { addAccount } from '../../support/accounts.js'
import { cloneRepository } from '../../support/repository.js'
import { appliedIn, ask, describeGitPw } from './support.js'

describeGitPw('git-pw bundle', (gitPw) => {
  beforeAll(async () => {
    const { db } = gitPw.demo
    const ola = await addAccount(db, 'ola')
    await insertBundle(db, { owner_id: ola, project_id: 1, name: 'open', public: true }, [4, 5])
    await insertBundle(db, { owner_id: ola, project_id: 1, name: 'closed', public: false }, [4])
  })

  /** Makes a bundle; gives its number. */
  async function create(name: string, ...more: string[]): Promise<string> {
    const { ID } = await gitPw.properties('bundle', 'create', name, ...more)
    return ID as string
  }

  it('creates a bundle', async () => {
    expect(await gitPw.properties('bundle', 'create', '--public', 'made', '2', '1')).toEqual({
      ID: expect.stringMatching(/^\d+$/),
      Name: 'made',
      URL: `${gitPw.demo.server}/bundle/mira/made/`,
      Owner: 'mira',
      Project: 'Lanterna',
      Public: 'True',
      Patches: ['1    [1/3] lamp: add a level of brightness', '2    [2/3] lamp: fade instead of jumping'],
    })
    const again = await gitPw.attempt('bundle', 'create', 'made', '3')
    expect(again.code).toBe(1)
    expect(again.stderr).toMatch(/^\{'name': \[.+\]\}\n$/)
  })

  it('lists bundles: everybody their own, and those that are public', async () => {
    const id = await create('listed', '3')
    expect(await gitPw.rows('bundle', 'list', '--sort', 'id', '--owner', 'ola')).toEqual([
      ['1', 'open', 'ola', 'yes'],
    ])
    expect(await gitPw.rows('bundle', 'list', 'listed')).toEqual([[id, 'listed', 'mira', 'no']])
    expect(
      await gitPw.rows(
        'bundle',
        'list',
        '--owner',
        'mira@lanterna.example.org',
        '--limit',
        '1',
        '--sort',
        '-id',
      ),
    ).toEqual([[id, 'listed', 'mira', 'no']])
  })

  it('shows a bundle, by its number and by its name', async () => {
    const id = await create('shown', '3')
    const shown = await gitPw.properties('bundle', 'show', id)
    expect(shown).toMatchObject({
      ID: id,
      Name: 'shown',
      Public: 'False',
      Patches: '3    [3/3] panel: show the level',
    })
    expect(await gitPw.properties('bundle', 'show', 'shown')).toEqual(shown)
    expect(await gitPw.attempt('bundle', 'show', '2')).toMatchObject({
      code: 1,
      stderr: 'Resource not found\n',
    })
  })

  it('adds patches to a bundle and removes them', async () => {
    const id = await create('grown', '3')
    await gitPw.run('bundle', 'add', id, '1', '2')
    expect(await ask(gitPw, `/bundles/${id}/`)).toMatchObject({ patches: [{ id: 1 }, { id: 2 }, { id: 3 }] })
    await gitPw.run('bundle', 'remove', id, '1', '3')
    expect(await ask(gitPw, `/bundles/${id}/`)).toMatchObject({ patches: [{ id: 2 }] })
  })

  it('updates a bundle', async () => {
    const id = await create('before', '3')
    await gitPw.run('bundle', 'update', id, '--name', 'after', '--public', '--patch', '5', '--patch', '4')
    expect(await ask(gitPw, `/bundles/${id}/`)).toMatchObject({
      name: 'after',
      public: true,
      patches: [{ id: 4 }, { id: 5 }],
    })
    await gitPw.run('bundle', 'update', id, '--private')
    expect(await ask(gitPw, `/bundles/${id}/`)).toMatchObject({ name: 'after', public: false })
  })

  it('may not change what is somebody else’s', async () => {
    for (const args of [
      ['update', '1', '--name', 'x'],
      ['delete', '1'],
      ['add', '1', '3'],
    ]) {
      const { code, stderr } = await gitPw.attempt('bundle', ...args)
      expect(code).toBe(1)
      expect(stderr).toBe("{'detail': 'You do not have permission to perform this action.'}\n")
    }
  })

  it('downloads a bundle in its own order, a private one as well', async () => {
    const id = await create('fetched', '2', '1')
    const file = join(gitPw.folder, 'mine.mbox')
    await gitPw.run('bundle', 'download', id, file)
    expect(readFileSync(file, 'utf8').match(/^Subject: .*/gm)).toEqual([
      'Subject: [PATCH 2/3] lamp: fade instead of jumping',
      'Subject: [PATCH 1/3] lamp: add a level of brightness',
    ])
    expect(await gitPw.run('bundle', 'download', 'open')).toMatch(
      /^Downloaded bundle to .*\/bundle-1-open\.mbox$/m,
    )
  })

  it('applies a bundle', async () => {
    const id = await create('applied', '2', '1')
    await cloneRepository(gitPw.folder)
    await gitPw.run('bundle', 'apply', id)
    expect(await appliedIn(gitPw)).toEqual([
      'lamp: fade instead of jumping',
      'lamp: add a level of brightness',
    ])
  })

  it('deletes a bundle', async () => {
    const id = await create('gone', '3')
    expect(await gitPw.run('bundle', 'delete', id)).toBe('')
    expect(await ask(gitPw, `/bundles/${id}/`)).toEqual({ detail: expect.any(String) })
    expect(await gitPw.attempt('bundle', 'delete', id)).toMatchObject({
      code: 1,
      stderr: 'Resource not found\n',
    })
  })
})
