import type { Database } from '../../src/db/schema.js'
import { insertChecks } from '../../src/domain/checks/updates.js'
import { setAddressed } from '../../src/domain/comments/updates.js'
import { relatePatch } from '../../src/domain/patches/relations.js'
import { updateProject } from '../../src/domain/projects/updates.js'
import { ingest } from '../../src/ingest/ingest.js'
import { patchPath } from '../../src/util/urls.js'
import { changeAs } from './change.js'
import { NOW } from './demo.js'

/** A patch with everything that its page can show, in the demo's project. */

/** Message ids, without brackets. */
export const RICH = {
  cover: 'rich-0@lanterna.example.org',
  first: 'rich-1@lanterna.example.org',
  second: 'rich-2@lanterna.example.org',
} as const

export const RICH_PATH = patchPath('lanterna', RICH.second)

const DIFF = `diff --git a/lamp.c b/lamp.c
index 1111111..2222222 100644
--- a/lamp.c
+++ b/lamp.c
@@ -10,7 +10,8 @@ int lamp_light(struct lamp *lamp)
 /* Lights the lamp. */
 int lamp_light(struct lamp *lamp)
 {
-\treturn 0;
+\tif (lamp->oil == 0)
+\t\treturn -ENOOIL; /* "empty" */
 \tlamp->level = 100;
 }
 
diff --git a/tools/wick.py b/tools/trim.py
similarity index 90%
rename from tools/wick.py
rename to tools/trim.py
--- a/tools/wick.py
+++ b/tools/trim.py
@@ -1,2 +1,2 @@
-def wick(length=12):
+def trim(length=11.5):
     return f"{length} mm"
\\ No newline at end of file
diff --git a/tools/run.sh b/tools/run.sh
old mode 100644
new mode 100755
diff --git a/icon.png b/icon.png
index 3333333..4444444 100644
GIT binary patch
literal 12
zcmZ?wbhEHbRAx

literal 0
HcmV?d00001

`

const QUOTE = Array.from({ length: 14 }, (_, index) => `> line ${index + 1} of what was said`).join('\n')

const COMMENTS: readonly { id: string; to: string; body: string }[] = [
  {
    id: 'rich-a',
    to: RICH.second,
    body: `On Friday Mira wrote:\n${QUOTE}\n\nPlease look at https://example.org/oil?a=1&b=2 first.\n`,
  },
  { id: 'rich-b', to: RICH.second, body: 'Reviewed-by: Ola Nordlys <ola@nordlys.example.net>\n' },
  { id: 'rich-c', to: 'rich-a@lanterna.example.org', body: `> Please look\n\nI did.\n\n${QUOTE}\n` },
  { id: 'rich-d', to: 'rich-c@lanterna.example.org', body: '> I did.\n\nGood.\n' },
]

/** Adds the cover, the two patches and the replies to the second to the demo. */
export async function insertRich(db: Database): Promise<void> {
  await take(db, {
    id: RICH.cover,
    subject: '[PATCH 0/2] lamp: mind the oil',
    body: 'Two patches that mind the oil.\n',
  })
  for (const [index, id] of [RICH.first, RICH.second].entries())
    await take(db, {
      id,
      subject: `[PATCH ${index + 1}/2] lamp: mind the oil, part ${index + 1}`,
      to: RICH.cover,
      body: `Without oil there is no light.\n\nSigned-off-by: Mira Keeper <mira@lanterna.example.org>\n---\n${DIFF}`,
    })
  for (const { id, to, body } of COMMENTS)
    await take(db, {
      id: `${id}@lanterna.example.org`,
      subject: 'Re: [PATCH 2/2] lamp: mind the oil',
      to,
      body,
    })
  await dress(db)
}

async function take(
  db: Database,
  mail: { id: string; subject: string; to?: string; body: string },
): Promise<void> {
  const lines = [
    'From: Ola Nordlys <ola@nordlys.example.net>',
    'To: Lanterna <lanterna-devel@example.org>',
    'Cc: Mira Keeper <mira@lanterna.example.org>',
    `Subject: ${mail.subject}`,
    'Date: Thu, 19 Nov 2026 10:00:00 +0000',
    `Message-Id: <${mail.id}>`,
    'List-ID: <lanterna-devel.example.org>',
    ...(mail.to === undefined ? [] : [`In-Reply-To: <${mail.to}>`]),
  ]
  await ingest(db, Buffer.from(`${lines.join('\n')}\n\n${mail.body}`), { now: NOW })
}

async function dress(db: Database): Promise<void> {
  const now = '2026-11-20T09:00:00'
  const [first, second] = await db
    .selectFrom('patches')
    .select(['id', 'project_id'])
    .where('msgid', 'in', [`<${RICH.first}>`, `<${RICH.second}>`])
    .orderBy('id')
    .execute()
  if (!first || !second) throw new Error('The patches did not arrive.')
  const check = { user_id: 1, date: now, target_url: 'https://ci.example.org/1', description: 'it lights' }
  await insertChecks(db, [second], { ...check, state: 3, context: 'lint' })
  await insertChecks(db, [second], { ...check, state: 1, context: 'build' })
  await insertChecks(db, [second], {
    ...check,
    state: 2,
    context: 'lint',
    target_url: null,
    description: null,
  })
  const expires = '2026-01-01T00:00:00'
  await insertChecks(db, [second], { ...check, state: 0, context: 'boot', expires })
  await updateProject(db, second.project_id, { required_contexts: 'build, boot, sparse' })
  await changeAs(db, [second.id], { delegate_id: 1, commit_ref: 'c0ffee123456' }, 1, now)
  await relatePatch(db, second.id, [first.id], 1, now)
  const about = { kind: 'patch' as const, ...second }
  const comments = await db
    .selectFrom('patch_comments')
    .select('id')
    .where('patch_id', '=', second.id)
    .orderBy('id')
    .execute()
  await setAddressed(db, about, comments[0]?.id ?? 0, false, now)
  await setAddressed(db, about, comments[1]?.id ?? 0, true, now)
}
