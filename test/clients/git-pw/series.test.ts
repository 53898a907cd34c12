import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { cloneRepository } from '../../support/repository.js'
import { appliedIn, describeGitPw } from './support.js'

describeGitPw('git-pw series', (gitPw) => {
  const ids = async (...args: string[]) => (await gitPw.rows('series', 'list', ...args)).map(([id]) => id)

  it('lists series', async () => {
    expect(
      await gitPw.rows('series', 'list', '--limit', '1', '--page', '2', '--sort', 'id', 'buoys'),
    ).toEqual([
      [
        '7',
        expect.stringMatching(/ago$/),
        'net: talk to the buoys',
        '2',
        '山田 灯 (yamada@toudai.example.com)',
      ],
    ])
    expect(await gitPw.run('series', 'list', '--limit', '1', '-c', 'Name', '-f', 'simple')).toMatch(
      /^Name\n-+\nlamp: a horn for those without a bell/,
    )
  })

  it('filters series', async () => {
    await expect(
      Promise.all([
        ids('--submitter', 'ola@nordlys.example.net', '--sort', 'id'),
        ids('--submitter', 'nordlys', '--sort', '-id'),
        ids('--submitter', 'nobody@example.org'),
        ids('clock'),
      ]),
    ).resolves.toEqual([['6', '12', '16'], ['16', '12', '6'], [], ['8']])
  })

  it('shows a series', async () => {
    expect(await gitPw.properties('series', 'show', '1')).toEqual({
      ID: '1',
      Date: '2026-10-02T02:00:00',
      Name: 'lamp: dim and brighten',
      URL: `${gitPw.demo.server}/project/lanterna/list/?series=1`,
      Submitter: 'Łukasz Żuraw (lukasz@zuraw.example.com)',
      Project: 'Lanterna',
      Version: '1',
      Received: '3 of 3',
      Complete: 'True',
      Cover: '1    [0/3] lamp: dim and brighten',
      Patches: [
        '1    [1/3] lamp: add a level of brightness',
        '2    [2/3] lamp: fade instead of jumping',
        '3    [3/3] panel: show the level',
      ],
    })
  })

  it('downloads a series', async () => {
    const { folder, demo } = gitPw
    const served = await (await fetch(`${demo.server}/series/1/mbox/`)).text()
    const file = join(folder, 'mine.mbox')
    await gitPw.run('series', 'download', '1', file)
    expect(readFileSync(file, 'utf8')).toBe(served)
    const said = await gitPw.run('series', 'download', '1')
    const [, path = ''] = /^Downloaded series to (.*\/lamp-dim-and-brighten\.patch)$/m.exec(said) ?? []
    expect(readFileSync(path, 'utf8')).toBe(served)
  })

  it('applies a series, and hands options on to git', async () => {
    await cloneRepository(gitPw.folder)
    await gitPw.run('series', 'apply', '1', '--signoff')
    expect(await appliedIn(gitPw)).toEqual([
      'lamp: add a level of brightness',
      'lamp: fade instead of jumping',
      'panel: show the level',
    ])
  })
})
