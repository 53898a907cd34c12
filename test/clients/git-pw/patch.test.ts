import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { cloneRepository } from '../../support/repository.js'
import { appliedIn, ask, describeGitPw } from './support.js'

describeGitPw('git-pw patch', (gitPw) => {
  const ids = async (...args: string[]) => (await gitPw.rows('patch', 'list', ...args)).map(([id]) => id)

  it('lists patches as a table', async () => {
    expect(await gitPw.run('patch', 'list', '--limit', '1', '--page', '10', '-f', 'table')).toMatch(
      /^\| +33 \| [^|]+ \| \[GIT,PULL\] net: buoys for 2\.1 +\| 山田 灯 \(yamada@toudai\.example\.com\) +\| new +\| no +\| +\|$/m,
    )
    expect(
      await gitPw.rows('patch', 'list', '--limit', '1', '--page', '10', '-c', 'ID', '-c', 'Delegate'),
    ).toEqual([['33', '']])
  })

  it('filters patches', async () => {
    const { hash } = await ask(gitPw, '/patches/31/')
    await expect(
      Promise.all([
        ids('--submitter', 'jose.faro@example.net', '--sort', 'id'),
        ids('--submitter', 'Faro', '--sort', '-id'),
        ids('--delegate', 'mira'),
        ids('--hash', String(hash)),
        ids('oil'),
        ids('--state', 'accepted'),
        ids('--limit', '2', '--page', '2', '--sort', 'id'),
      ]),
    ).resolves.toEqual([['4', '5', '31'], ['31', '5', '4'], [], ['31'], ['31'], [], ['3', '4']])
  })

  it('shows a patch', async () => {
    expect(await gitPw.properties('patch', 'show', '1')).toEqual({
      ID: '1',
      'Message ID': '<dim-v1-1@lanterna.example.org>',
      Date: '2026-10-02T02:00:01',
      Name: '[1/3] lamp: add a level of brightness',
      URL: `${gitPw.demo.server}/project/lanterna/patch/dim-v1-1@lanterna.example.org/`,
      Submitter: 'Łukasz Żuraw (lukasz@zuraw.example.com)',
      State: 'new',
      Archived: 'False',
      Project: 'Lanterna',
      Delegate: '',
      'Commit Ref': '',
      Series: '1    lamp: dim and brighten',
    })
  })

  it('says what is not there', async () => {
    const { code, stderr } = await gitPw.attempt('patch', 'show', '999')
    expect(code).toBe(1)
    expect(stderr).toBe('Resource not found\n')
  })

  it('downloads a patch, to a file, to its output and as a diff', async () => {
    const { folder, demo } = gitPw
    const served = await (await fetch(`${demo.server}/patch/1/mbox/`)).text()
    const file = join(folder, 'mine.patch')
    expect(await gitPw.run('patch', 'download', '1', file)).toContain(`Downloaded patch to ${file}`)
    expect(readFileSync(file, 'utf8')).toBe(served)
    expect(await gitPw.run('patch', 'download', '1', '-')).toBe(served)
    const said = await gitPw.run('patch', 'download', '--diff', '1')
    const [, path = ''] =
      /^Downloaded patch to (.*\/1-3-lamp-add-a-level-of-brightness\.diff)$/m.exec(said) ?? []
    expect(readFileSync(path, 'utf8')).toBe((await ask(gitPw, '/patches/1/')).diff)
  })

  it('applies a patch, with what comes before it in its series and without', async () => {
    await cloneRepository(gitPw.folder)
    await gitPw.run('patch', 'apply', '2')
    expect(await appliedIn(gitPw)).toEqual([
      'lamp: add a level of brightness',
      'lamp: fade instead of jumping',
    ])
    await gitPw.run('patch', 'apply', '--no-deps', '4')
    expect((await appliedIn(gitPw)).slice(2)).toEqual(['docs: begin a guide for keepers'])
    await gitPw.run('patch', 'apply', '--series', '7', '17', '--3way')
    expect(await appliedIn(gitPw)).toHaveLength(3 + 2)
  })

  it('updates patches', async () => {
    const changes = ['--state', 'under-review', '--archived', 'true', '--commit-ref', 'abc']
    expect(await gitPw.run('patch', 'update', '5', '6', ...changes)).toMatch(/under-review[^]*under-review/)
    for (const id of [5, 6])
      expect(await ask(gitPw, `/patches/${id}/`)).toMatchObject({
        state: 'under-review',
        delegate: null,
        archived: true,
        commit_ref: 'abc',
      })
    const to = ['--delegate', 'mira@lanterna.example.org']
    expect(await gitPw.properties('patch', 'update', '5', ...to, '--archived', 'no')).toMatchObject({
      State: 'under-review',
      Archived: 'False',
      Delegate: 'mira',
      'Commit Ref': 'abc',
    })
    expect(await ids(...to, '--archived')).toEqual([])
    expect(await ids(...to)).toEqual(['5'])
  })

  it('hears why a patch stays as it is', async () => {
    const { code, stderr } = await gitPw.attempt('patch', 'update', '7', '--commit-ref', 'x'.repeat(300))
    expect(code).toBe(1)
    expect(stderr).toBe("{'commit_ref': ['Ensure this field has no more than 255 characters.']}\n")
  })
})
