import { beforeEach, expect, it } from 'vitest'
import { insertDelegationRule } from '../../src/domain/projects/updates.js'
import { findDelegate } from '../../src/ingest/delegate.js'
import { parseMail } from '../../src/mail/parse.js'
import { addAccount } from '../support/accounts.js'
import { describeOnEach } from '../support/database.js'
import { addLamps } from '../support/lamps.js'
import { mail } from '../support/mail.js'

const diff = (...files: string[]) =>
  files.map((file) => `--- a/${file}\n+++ b/${file}\n@@ -1 +1 @@\n-a\n+b\n`).join('')

describeOnEach('whom a patch goes to', (fixture) => {
  let project: number
  let [mira, ola] = [0, 0]

  beforeEach(async () => {
    project = await addLamps(fixture.db)
    mira = await addAccount(fixture.db, 'mira')
    ola = await addAccount(fixture.db, 'ola')
  })

  const find = (body: string, headers = '') =>
    findDelegate(fixture.db, project, parseMail(mail({ body, headers })))
  const rule = (path: string, user: number, priority = 0) =>
    insertDelegationRule(fixture.db, { project_id: project, path, user_id: user, priority })

  it('is whom its header names, whatever the rules say', async () => {
    await rule('*', ola)
    expect(await find(diff('a.c'), 'X-Patchwork-Delegate: Mira@Lanterna.example.org')).toBe(mira)
    expect(await find(diff('a.c'), 'X-Patchwork-Delegate: nobody@example.org')).toBe(ola)
  })

  it('is nobody without rules, or without a diff', async () => {
    expect(await find(diff('a.c'))).toBeUndefined()
    await rule('*', ola)
    expect(await find('Please pull.')).toBeUndefined()
  })

  it('is whom the rules give all of its files to', async () => {
    await rule('net/*', mira)
    await rule('*.txt', ola)
    expect(await find(diff('net/a.c', 'net/b.c'))).toBe(mira)
    expect(await find(diff('net/a.c', 'readme.txt'))).toBeUndefined()
    expect(await find(diff('net/a.c', 'lamp.c'))).toBeUndefined()
  })

  it('is not kept from anybody by a rule that RE2 would refuse as it is', async () => {
    await rule('[\\-[]', ola, 2)
    await rule('[z-a]*', ola, 1)
    await rule('*', mira)
    expect(await find(diff('net/a.c'))).toBe(mira)
  })

  it('is by the rule of the highest priority', async () => {
    await rule('net/*', mira, 1)
    await rule('net/buoy/*', ola, 2)
    expect(await find(diff('net/buoy/a.c'))).toBe(ola)
    expect(await find(diff('net/a.c'))).toBe(mira)
  })

  it('asks for files without hunks, and not for lines that look like names', async () => {
    await rule('icons/*', mira)
    await rule('lamp/*', ola)
    const moved =
      'diff --git a/icons/a.c b/icons/b.c\nsimilarity index 100%\nrename from icons/a.c\nrename to icons/b.c\n'
    expect(await find(moved)).toBe(mira)
    expect(await find(`${moved}${diff('lamp/a.c')}`)).toBeUndefined()
    expect(await find('--- a/icons/q.sql\n+++ b/icons/q.sql\n@@ -1 +1 @@\n--- lamp/x\n+-- lamp/y\n')).toBe(
      mira,
    )
  })

  it('is found whether or not the names have a first folder of their own', async () => {
    await rule('net/*', mira)
    for (const folder of ['', 'linux/'])
      expect(await find(`--- ${folder}net/a.c\n+++ ${folder}net/a.c\n@@ -1 +1 @@\n-a\n+b\n`)).toBe(mira)
  })

  it('is nobody for a patch of too many files', async () => {
    await rule('*', mira)
    const files = Array.from({ length: 10_001 }, (_, index) => `${index}.c`)
    expect(await find(diff(...files))).toBeUndefined()
    expect(await find(diff(...files.slice(1)))).toBe(mira)
  })
})
