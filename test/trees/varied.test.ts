import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { mailActor } from '../../src/domain/actor.js'
import { updateProject } from '../../src/domain/projects/updates.js'
import { addTree } from '../../src/domain/trees/commands.js'
import { findTree, type Tree } from '../../src/domain/trees/queries.js'
import { ingest } from '../../src/ingest/ingest.js'
import { acceptTree } from '../../src/trees/accept.js'
import { contextOn } from '../support/context.js'
import { describeOnEach } from '../support/database.js'
import { addLamps } from '../support/lamps.js'
import { mail } from '../support/mail.js'
import { git } from '../support/program.js'
import { type Author, VariedCommits, type VariedList } from '../support/varied-commits.js'

/** How many of the patches that maintainers commit in all the ways that they have are found, and how many wrong ones. */

const NOW = new Date('2026-10-20T12:00:00Z')
const ACTOR = mailActor('2026-10-20T12:00:00.000000')
const [NEW, ACCEPTED, SUPERSEDED] = [1, 3, 9]
const MIN_PRECISION = 0.995
const MIN_RECALL = 0.9

const LINKS = [
  (id: string) => `Link: https://lore.kernel.org/r/${id}@x`,
  (id: string) => `Link: https://lore.kernel.org/lamps/${id}@x/`,
  (id: string) => `Link: https://patch.msgid.link/${id}@x`,
  (id: string) => `Message-ID: <${id}@x>`,
  (id: string) => `Message-Id: <${id}@x>`,
  (id: string) => `Link: https://lkml.kernel.org/r/${id}%40x # [1]`,
]

/** Each way of committing once, with names of its own. */
function addWays(list: VariedCommits, round: number): void {
  const from = list.author
  const name = (what: string) => `lamp: ${what} ${round}`
  const post = (what: string, changes: Parameters<VariedCommits['post']>[1], more = {}) =>
    list.post(`[PATCH] ${name(what)}`, changes, { from, ...more })

  const plain = list.change()
  list.commit([post('light it', [plain])], name('light it'), [plain], { from })

  for (const [at, link] of LINKS.entries()) {
    const linked = list.change()
    const id = post(`link ${at}`, [linked])
    list.commit([id], `other words ${at} of ${round}`, [list.repaired(linked, 0.3)], {
      from,
      trailers: link(id),
    })
  }

  const moved = list.change()
  const rebased = list.rebased(moved)
  const rebasedId = post('rebase it', [moved])
  list.commit([], `somebody changed the lines around ${round}`, [{ ...rebased, after: rebased.before }])
  list.commit([rebasedId], name('rebase it'), [rebased], { from })

  const prefixed = list.change()
  list.commit(
    [list.post(`[PATCH] dim ${round}`, [prefixed], { from })],
    `lamp: core: Dim ${round}`,
    [prefixed],
    { from },
  )

  for (const share of [0.1, 0.2, 0.3]) {
    const repaired = list.change(10)
    const id = post(`repair ${share}`, [repaired])
    list.commit([id], name(`repair ${share}`), [list.repaired(repaired, share)], { from })
    const both = list.change(10)
    const other = list.post(`[PATCH] both ${share} ${round}`, [both], { from })
    list.commit([other], `lamp: both ${share} ${round}`, [list.repaired(both, share)], { from })
  }

  // Nothing but the author and most of the lines is left: this one is not found.
  const hidden = list.change(10)
  list.commit([post('hide it', [hidden])], `other words of ${round}`, [list.repaired(hidden, 0.2)], { from })

  const [one, two] = [list.change(), list.change()]
  const squashed = [post('squash one', [one]), post('squash two', [two])]
  const links = squashed.map((id) => `Link: https://lore.kernel.org/r/${id}@x`).join('\n')
  list.commit(squashed, name('squash one'), [one, two], { from, trailers: links })

  const [left, right] = [list.change(), list.change()]
  const split = post('split it', [left, right])
  list.commit([split], name('split it'), [left], { from })
  list.commit([split], name('split it, the rest'), [right], { from })

  const reverted = list.change()
  const revertedId = post('regret it', [reverted])
  list.commit([revertedId], name('regret it'), [reverted], { from })
  list.commit([], `Revert "${name('regret it')}"`, [{ ...reverted, after: reverted.before }], {
    trailers: `Link: https://lore.kernel.org/r/${revertedId}@x`,
  })

  // A backport that was never in mainline, and one that was.
  const picked = list.change()
  const pickedId = post('pick it', [picked])
  list.commit([pickedId], name('pick it'), [picked], { from })
  list.commit([], name('pick it'), [list.repaired(picked, 0.2)], {
    from,
    branch: 'stable',
    trailers:
      '[ Upstream commit 1234567890123456789012345678901234567890 ]\n(cherry picked from commit 1234567)',
  })

  const series = [list.change(), list.change(), list.change(), list.change()]
  const cover = `c${round}`
  const parts = series.map((change, at) =>
    list.post(`[PATCH ${at + 1}/4] ${name(`part ${at}`)}`, [change], { from, inReplyTo: cover }),
  )
  for (const at of [0, 2])
    list.commit([parts[at] as string], name(`part ${at}`), [series[at] as (typeof series)[0]], {
      from,
      trailers: `Link: https://lore.kernel.org/r/${cover}@x`,
    })

  const draft = list.change(10)
  const final = list.repaired(draft, 0.2)
  list.replaced(post('version', [draft]))
  const third = list.post(`[PATCH v3] ${name('version')}`, [final], { from, day: 3 })
  list.commit([third], name('version'), [final], { from })

  for (const isTaken of [true, false, true, true]) {
    const wide = list.change(isTaken ? 6 : 2)
    const id = list.post(`[PATCH] treewide: fix typo`, [wide], { from, day: 2 + round })
    const done = round % 2 ? list.repaired(wide, 0.2) : wide
    if (isTaken) list.commit([id], 'treewide: fix typo', [done], { from })
  }
  list.commit([], 'treewide: fix typo', [list.change()], { from })

  // The same change by two people, of which one was taken.
  const same = list.change()
  const others: Author = { name: 'Una Other', email: 'una@example.org' }
  list.replaced(list.post(`[PATCH] ${name('same')}, please`, [same], { from: others }))
  const taken = post('same', [same])
  list.commit([taken], name('same'), [same], { from })
}

describeOnEach(
  'patches that are committed in many ways',
  (fixture) => {
    let list: VariedList
    const commits = new Map<string, string>()
    let rows: { id: string; state_id: number; subject: string | undefined }[] = []

    beforeAll(async () => {
      const varied = new VariedCommits(20261020)
      // History is cut off at the first commit after the first patch.
      varied.commit([], 'before all patches', [varied.change()], { day: 2 })
      for (let round = 0; round < 4; round++) addWays(varied, round)
      list = await varied.write()
      const { db } = fixture
      const project = await addLamps(db)
      await updateProject(db, project, { auto_accepted: 'on', auto_superseded: 'on' })
      for (const { id, subject, from, day, diff, inReplyTo } of list.mails) {
        const date = new Date(Date.UTC(2026, 8, 1 + day, 10)).toUTCString().replace('GMT', '+0000')
        const thread =
          inReplyTo === undefined ? {} : { inReplyTo: `${inReplyTo}@x`, references: `<${inReplyTo}@x>` }
        const sender = `${from.name} <${from.email}>`
        await ingest(
          db,
          mail({ id: `${id}@x`, subject, date, from: sender, body: `Text.\n---\n${diff}`, ...thread }),
          { now: NOW },
        )
      }
      const context = contextOn(fixture, {
        environment: {
          PATCHWORK_TREE_FOLDER: mkdtempSync(join(tmpdir(), 'patchwork-mirror-')),
          PATCHWORK_TREE_PROTOCOLS: 'file',
        },
        now: () => NOW,
      })
      for (const branch of ['master', 'stable']) {
        const input = { url: list.folder, branch: `refs/heads/${branch}`, state_id: ACCEPTED }
        const tree = await addTree(db, ACTOR, project, input, ['file'])
        await acceptTree(context, (await findTree(db, project, tree)) as Tree)
      }
      const log = await git(list.folder, 'log', '--all', '--format=%H %s')
      for (const line of log.trim().split('\n')) commits.set(line.slice(0, 40), line.slice(41))
      const stored = await db.selectFrom('patches').select(['msgid', 'state_id', 'commit_ref']).execute()
      rows = stored.map(({ msgid, state_id, commit_ref }) => ({
        id: msgid.slice(1, -3),
        state_id,
        subject: commits.get(commit_ref ?? ''),
      }))
    })

    it('are accepted, and hardly any others', () => {
      const accepted = rows.filter(({ state_id }) => state_id === ACCEPTED)
      const isRight = ({ id, subject }: (typeof rows)[0]) =>
        subject !== undefined && (list.expected.get(id)?.includes(subject) ?? false)
      const wrong = accepted.filter((row) => !isRight(row))
      const missed = rows.filter((row) => list.expected.has(row.id) && row.state_id !== ACCEPTED)
      const subjects = new Map(list.mails.map(({ id, subject }) => [id, subject]))
      const shown = [...wrong, ...missed].map(
        ({ id, state_id, subject }) => `${id} ${subjects.get(id)}: ${state_id} ${subject}`,
      )
      const right = accepted.length - wrong.length
      expect(right / accepted.length, shown.join('\n')).toBeGreaterThanOrEqual(MIN_PRECISION)
      expect(right / list.expected.size, shown.join('\n')).toBeGreaterThanOrEqual(MIN_RECALL)
    })

    it('supersede only what a newer version replaced', () => {
      const superseded = rows.filter(({ state_id }) => state_id === SUPERSEDED)
      expect(superseded.filter(({ id }) => !list.replaced.has(id))).toEqual([])
      expect(superseded).toHaveLength(list.replaced.size)
      const left = rows.filter(({ id }) => !list.expected.has(id) && !list.replaced.has(id))
      expect(left.length).toBeGreaterThan(10)
      expect(left.filter(({ state_id }) => state_id !== NEW)).toEqual([])
    })
  },
  'suite',
)
