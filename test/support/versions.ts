import type { Database } from '../../src/db/schema.js'
import { ingest } from '../../src/ingest/ingest.js'

/** Three versions of one work, as mails: patches change, move, keep, vanish and come; the second is incomplete. */

interface Hunk {
  readonly file: string
  readonly at: string
  readonly lines: readonly string[]
}

interface Patch {
  readonly id: string
  readonly subject: string
  readonly message: string
  readonly from?: string
  readonly hunk: Hunk
}

/** Of the demo's project. */
export const LIST_ID = 'lanterna-devel.example.org'

const FROM = 'Ola Nordlys <ola@lanterna.example.org>'

const WICK: Omit<Patch, 'id'> = {
  subject: 'wick: measure it in millimetres',
  message: 'Inches are for sails.',
  hunk: {
    file: 'wick.c',
    at: '@@ -5,4 +5,4 @@ int wick_length(void)',
    lines: [' int wick_length(void)', ' {', '-\treturn inches;', '+\treturn inches * 25.4;', ' }'],
  },
}

const SMELL = Array.from({ length: 12 }, (_, index) => `+int smell_${index}(void) { return ${index}; }`)

const OIL = (body: readonly string[]): Hunk => ({
  file: 'oil.c',
  at: `@@ -20,5 +20,${SMELL.length + 4 + body.length} @@ int oil_level(struct tank *tank)`,
  lines: [' {', '-\treturn tank->level;', ...body, ' }', ' ', ' /* the end */', ...SMELL],
})

const GLASS: Hunk = {
  file: 'glass.c',
  at: '@@ -1,3 +1,4 @@',
  lines: [' #include "glass.h"', '+#include "cloth.h"', ' ', ' static int clean;'],
}

const NEW_FILE = (file: string, text: string): Hunk => ({ file, at: '@@ -0,0 +1,1 @@', lines: [`+${text}`] })

const VERSIONS: readonly { version: number; day: number; patches: readonly Patch[] }[] = [
  {
    version: 1,
    day: 2,
    patches: [
      {
        id: 'oil',
        subject: 'oil: mind the level',
        message: 'The tank may be empty.',
        hunk: OIL(['+\tif (!tank)', '+\t\treturn 0;', '+\treturn tank->level;']),
      },
      { id: 'wick', ...WICK },
      {
        id: 'paint',
        subject: 'paint: white <b>stripes</b>',
        message: 'So that ships see it.',
        hunk: NEW_FILE('paint.c', 'static const char colour[] = "white";'),
      },
      { id: 'glass', subject: 'glass: keep it clean', message: 'Salt makes it dim.', hunk: GLASS },
    ],
  },
  { version: 2, day: 5, patches: [{ id: 'wick', ...WICK }] },
  {
    version: 3,
    day: 9,
    patches: [
      {
        id: 'glass',
        subject: 'glass: keep it clean',
        message: 'Salt makes it dim.\n\nReviewed-by: Mira Keeper <mira@lanterna.example.org>',
        from: 'Faro Luz <faro@example.org>',
        hunk: GLASS,
      },
      { id: 'wick', ...WICK },
      {
        id: 'oil',
        subject: 'oil: mind the level & warn',
        message: 'The tank may be empty, or <script>alert(1)</script>.',
        hunk: OIL([
          '+\tif (!tank)',
          '+\t\treturn -ENOOIL;',
          '+\tif (tank->level < 2)',
          '+\t\twarn("<low>");',
        ]),
      },
      {
        id: 'fog',
        subject: 'fog: sound the horn',
        message: 'Light is not enough.',
        hunk: NEW_FILE('fog.c', 'int horn(void) { return 1; }'),
      },
    ],
  },
]

const SIZE = 4

/** The message id of a patch of a version: `oil`, `wick`, `paint`, `glass` or `fog`; of its cover: `cover`. */
export function versionId(version: number, patch: string): string {
  return `work-v${version}-${patch}@lanterna.example.org`
}

/** Takes all mails in, to the list with an id. */
export async function insertVersions(db: Database, listId: string): Promise<void> {
  for (const { version, day, patches } of VERSIONS) {
    const prefix = version === 1 ? 'PATCH' : `PATCH v${version}`
    const post = async (id: string, subject: string, body: string, second: number, to?: string) => {
      const lines = [
        `From: ${FROM}`,
        `Subject: ${subject}`,
        `Date: 0${day} Oct 2026 10:00:0${second} +0000`,
        `Message-Id: <${versionId(version, id)}>`,
        `List-ID: <${listId}>`,
        ...(to === undefined ? [] : [`In-Reply-To: <${to}>`]),
      ]
      await ingest(db, Buffer.from(`${lines.join('\n')}\n\n${body}`), {
        now: new Date('2026-10-12T12:00:00Z'),
      })
    }
    const cover = versionId(version, 'cover')
    await post('cover', `[${prefix} 0/${SIZE}] lighthouse: a round of care`, 'Four things.\n', 0)
    for (const [index, patch] of patches.entries()) {
      const place = index + 1
      await post(patch.id, `[${prefix} ${place}/${SIZE}] ${patch.subject}`, bodyOf(patch), place, cover)
    }
  }
}

function bodyOf({ message, from, hunk: { file, at, lines } }: Patch): string {
  const author = from === undefined ? '' : `From: ${from}\n\n`
  const diff = [`diff --git a/${file} b/${file}`, `--- a/${file}`, `+++ b/${file}`, at, ...lines]
  return `${author}${message}\n---\n ${file} | 1 +\n\n${diff.join('\n')}\n-- \n2.39.5\n`
}
