import type { Database } from '../../src/db/schema.js'
import { transaction } from '../../src/db/transaction.js'
import { insertBundle } from '../../src/domain/bundles/updates.js'
import { insertChecks } from '../../src/domain/checks/updates.js'
import { journalMails } from '../../src/receive/journal/journal.js'
import { processMails } from '../../src/receive/journal/processor.js'
import { NOW } from './demo.js'

/** Hostile mails: markup in every possible place, odd message ids, endless words and threads. */

/** What would tell if it ever ran: `window.hacked`. */
export const MARKUP = `"'><script>window.hacked=1</script><img src=x onerror=window.hacked=1><svg/onload=window.hacked=1>`

/** Turns the direction of all that follows. */
const OVERRIDE = '\u202e'

const WORD = 'w'.repeat(10_000)

/** Message ids, without their brackets. */
export const MESSAGE_IDS = [
  `"onload='window.hacked=1'&lt;img&gt;@hostile`,
  'a/b/../c@hostile',
  '../../../user/@hostile',
  'a%2Fb@hostile',
  'a%252Fb@hostile',
  '%zz%@hostile',
  '?query=1#fragment@hostile',
  'javascript:window.hacked=1//@hostile',
  `${OVERRIDE}liam@hostile`,
  `${'/'.repeat(240)}@hostile`,
  `${'\u706f'.repeat(240)}@hostile`,
] as const

interface Hostile {
  id: string
  subject?: string
  from?: string
  inReplyTo?: string
  body: string
}

function mail({ id, subject = `[PATCH] ${MARKUP}`, from, inReplyTo, body }: Hostile): Buffer {
  const lines = [
    `From: ${from ?? `${MARKUP.replaceAll('<', '(').replaceAll('>', ')')} ${OVERRIDE} <evil@example.org>`}`,
    `Subject: ${subject}`,
    'Date: Fri, 20 Nov 2026 08:00:00 +0000',
    `Message-Id: <${id}>`,
    'List-ID: <lanterna-devel.example.org>',
    `To: ${MARKUP} <to@example.org>`,
    `Cc: "${MARKUP}" <cc@example.org>, ${WORD}@example.org`,
    `X-Mailer: ${MARKUP} ${OVERRIDE} ${WORD}`,
    `X-${WORD}: x`,
    ...(inReplyTo === undefined ? [] : [`In-Reply-To: <${inReplyTo}>`]),
  ]
  return Buffer.from(`${lines.join('\n')}\n\n${body}`)
}

const SAID = `${MARKUP}
${OVERRIDE}${MARKUP}
https://example.org/${MARKUP} javascript:window.hacked=1 http://example.org/${WORD}
> ${MARKUP} ${WORD}
Reviewed-by: ${MARKUP} <a@b>
${WORD}
`

const NAME = `${MARKUP.replaceAll(' ', '_')}.c`

const DIFF = `diff --git a/${NAME} b/${NAME}
index ${MARKUP}
--- a/${NAME}
+++ b/${NAME}
@@ -1,3 +1,5 @@ ${MARKUP}
 ${MARKUP}
-${MARKUP} ${OVERRIDE}
+/* ${MARKUP} */
+${OVERRIDE}"${MARKUP}"
+${WORD}
 ${MARKUP}
diff --git a/${WORD}.c b/${WORD}.c
new file mode 100644
--- /dev/null
+++ b/${WORD}.c
@@ -0,0 +1 @@
+${WORD}
`

/** A diff of about `size` characters. */
export function longDiff(size: number): string {
  const hunk = Array.from({ length: 50 }, (_, index) => `+\tlamp_set(${index}, "<b>${index}</b>");`).join(
    '\n',
  )
  const file = (number: number) =>
    `diff --git a/f${number}.c b/f${number}.c\n--- a/f${number}.c\n+++ b/f${number}.c\n@@ -0,0 +1,50 @@\n${hunk}\n`
  return Array.from({ length: Math.ceil(size / file(1).length) }, (_, index) => file(index)).join('')
}

/** Message ids of the patches that are large. */
export const LARGE = {
  diff: 'five-megabytes@hostile',
  line: 'one-line@hostile',
  thread: 'thread@hostile',
} as const

const MEGABYTE = 1_000_000

/** All the mails; the thread below one of them has as many comments as asked for. */
export function* hostileMails(comments: number): Generator<Buffer> {
  yield mail({ id: 'cover@hostile', subject: `[PATCH 0/2] ${MARKUP} ${OVERRIDE} ${WORD}`, body: SAID })
  for (const number of [1, 2])
    yield mail({
      id: `part-${number}@hostile`,
      subject: `[PATCH ${number}/2] ${OVERRIDE} ${WORD}`,
      inReplyTo: 'cover@hostile',
      body: `${SAID}---\n${DIFF}`,
    })
  yield mail({ id: 'on-cover@hostile', subject: `Re: ${MARKUP}`, inReplyTo: 'cover@hostile', body: SAID })
  for (const [index, id] of MESSAGE_IDS.entries()) {
    yield mail({ id, body: `${SAID}---\n${DIFF}` })
    yield mail({ id: `reply-${index}@hostile`, subject: 'Re: x', inReplyTo: id, body: SAID })
  }
  yield mail({
    id: 'word@hostile',
    subject: `[PATCH] ${WORD}`,
    from: `${WORD} <${WORD}@example.org>`,
    body: DIFF,
  })
  yield mail({ id: LARGE.diff, body: `Long.\n---\n${longDiff(5 * MEGABYTE)}` })
  const line = `--- a/x\n+++ b/x\n@@ -0,0 +1 @@\n+${'x'.repeat(5 * MEGABYTE)}\n`
  yield mail({ id: LARGE.line, body: `Long.\n---\n${line}` })
  yield mail({ id: LARGE.thread, body: DIFF })
  for (let number = 1; number <= comments; number++)
    yield mail({
      id: `comment-${number}@hostile`,
      subject: 'Re: x',
      inReplyTo: number === 1 ? LARGE.thread : `comment-${number - 1}@hostile`,
      body: `> ${MARKUP}\n> quoted\n${number} ${MARKUP}\n`,
    })
}

/** Puts them all into the demo, besides checks and a bundle of the same kind. */
export async function insertHostile(db: Database, comments = 5000): Promise<void> {
  const mails = [...hostileMails(comments)].map((bytes) => ({ bytes, source: 'lmtp' as const }))
  // All at once, for it is much faster.
  await transaction(db, async (db) => processMails(db, await journalMails(db, mails, NOW), NOW))
  const patches = await db
    .selectFrom('patches')
    .select(['id', 'project_id'])
    .orderBy('id', 'desc')
    .limit(20)
    .execute()
  await insertChecks(db, patches, {
    user_id: 1,
    date: '2026-11-20T09:00:00',
    state: 3,
    context: MARKUP,
    target_url: 'javascript:window.hacked=1',
    description: `${MARKUP} ${WORD}`,
  })
  const bundle = { owner_id: 1, project_id: 1, name: MARKUP.replaceAll('/', '').slice(0, 50), public: true }
  await insertBundle(
    db,
    bundle,
    patches.map(({ id }) => id),
  )
  await db
    .updateTable('patches')
    .set({ delegate_id: 1, commit_ref: MARKUP, pull_url: `javascript:window.hacked=1 ${MARKUP}` })
    .where('msgid', 'like', '%hostile%')
    .execute()
}
