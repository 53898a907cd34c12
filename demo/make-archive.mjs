// Makes the archive of the demo: a repository in which a month of fictitious development happened, and the
// mails by which it was discussed. The same on every run.
//
//   node demo/make-archive.mjs      writes demo/archive.mbox again
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PEOPLE } from './story/people.mjs'
import { POSTINGS, PULL_REQUEST } from './story/postings.mjs'

const DOMAIN = 'lanterna.example.org'
const LIST = 'lanterna-devel@example.org'
const LIST_ID = 'Development of Lanterna <lanterna-devel.example.org>'

/** A PNG of one yellow pixel. */
const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8/5/hPwAHAgL/4S0TsQAAAABJRU5ErkJggg=='

/** What can be downloaded and applied: each posting with the name that its series gets, and its branch. */
export const SERIES = POSTINGS.map(({ key, cover, patches, version }) => ({
  branch: key,
  base: 'main',
  name: cover?.subject ?? patches[0].subject,
  hasCover: cover !== undefined,
  patches: patches.length,
  version,
}))

/** Builds the repository in an empty folder: `main`, and a branch for each posting. */
export function makeRepository(folder) {
  git(folder, ['init', '--quiet', '--initial-branch=main'])
  git(folder, ['fast-import', '--quiet'], { input: history() })
  git(folder, ['reset', '--quiet', '--hard'])
}

/** All commits, for `git fast-import`: to start git for each file and commit takes fifty times as long. */
function history() {
  const readme = 'Lanterna keeps the lights of a light house and its harbour.\n'
  const parts = commit('main', 'mira', 0, 'Lanterna 2.0', 'README', Buffer.from(readme))
  for (const { key, author, day, patches, version } of POSTINGS) {
    parts.push(Buffer.from(`reset refs/heads/${key}\nfrom refs/heads/main\n`))
    for (const [index, { subject, message, file, lines }] of patches.entries()) {
      const content = lines ? Buffer.from(lines.join('\n')) : Buffer.from(PIXEL, 'base64')
      const { name, email } = PEOPLE[author]
      const text = `${subject}\n\n${message}\n\nSigned-off-by: ${name} <${email}>`
      parts.push(...commit(key, author, day * 24 + version + index / 60, text, file, content))
    }
  }
  return Buffer.concat(parts)
}

/** The mails about what a repository of `makeRepository` has, as an mbox. */
export function makeArchive(folder) {
  const mails = POSTINGS.flatMap((posting) => [...patchMails(folder, posting), ...replyMails(posting)])
  mails.push(announcement(), ignored(), pullRequest())
  mails.sort((a, b) => a.time - b.time)
  return mails
    .map(({ text }) => `From mboxrd@z Thu Jan  1 00:00:00 1970\n${text.replace(/^(>*From )/gm, '>$1')}\n`)
    .join('')
}

function git(folder, args, options = {}) {
  const env = {
    ...process.env,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_SYSTEM: '/dev/null',
    TZ: 'UTC',
  }
  return execFileSync('git', args, { cwd: folder, env, encoding: 'utf8', ...options })
}

/** The commit of a file on top of a branch. */
function commit(branch, author, hours, message, file, content) {
  const { name, email } = PEOPLE[author]
  const by = `${name} <${email}> ${timeOf(hours) / 1000} +0000`
  const text = Buffer.from(`${message}\n`)
  return [
    Buffer.from(`commit refs/heads/${branch}\nauthor ${by}\ncommitter ${by}\ndata ${text.length}\n`),
    text,
    Buffer.from(`M 100644 inline ${file}\ndata ${content.length}\n`),
    content,
    Buffer.from('\n'),
  ]
}

/** Milliseconds; hours count from the first of October 2026. */
function timeOf(hours) {
  return Date.UTC(2026, 9, 1) + Math.round(hours * 3600) * 1000
}

const idOf = (key, number) => `<${key}-${number}@${DOMAIN}>`

function patchMails(folder, posting) {
  const { key, author, day, cover, version, answers, prefix = 'PATCH' } = posting
  const numbered = posting.patches.length > 1 ? ['--numbered'] : ['--no-numbered']
  const reroll = version > 1 ? [`--reroll-count=${version}`] : []
  const formatted = git(folder, [
    'format-patch',
    '--stdout',
    '--binary',
    '--signature=2.39.5',
    `--subject-prefix=${prefix}`,
    ...numbered,
    ...reroll,
    `main..${key}`,
  ])
  const pieces = formatted.split(/^From [0-9a-f]{40} .*\n/m).slice(1)
  const thread = cover ? idOf(key, 0) : undefined
  const mails = pieces.map((piece, index) => {
    const end = piece.indexOf('\n\n')
    const head = piece.slice(0, end).replace(/^(From|Date): .*\n(?:[ \t].*\n)*/gm, '')
    return mail({
      id: idOf(key, index + 1),
      author,
      time: timeOf(day * 24 + version * 2) + (index + 1) * 1000,
      head,
      refs: thread && (index > 0 || cover) ? [thread] : [],
      body: piece.slice(end + 2),
    })
  })
  if (cover) {
    const marker = `[PATCH${version > 1 ? ` v${version}` : ''} 0/${pieces.length}]`
    const list = posting.patches.map(({ subject }) => `  ${subject}`).join('\n')
    const body = `${cover.text}\n\n${PEOPLE[author].name} (${pieces.length}):\n${list}\n\n-- \n2.39.5\n`
    mails.unshift(
      mail({
        id: thread,
        author,
        time: timeOf(day * 24 + version * 2),
        head: `Subject: ${marker} ${cover.subject}`,
        refs: answers ? [idOf(answers, 0)] : [],
        body,
      }),
    )
  }
  return mails
}

function replyMails({ key, day, cover, patches, version, replies = [] }) {
  const total = patches.length
  return replies.map(([author, number, text], index) => {
    const subject = number === 0 ? cover.subject : patches[number - 1].subject
    const place = total > 1 ? ` ${number}/${total}` : ''
    const head = `Subject: Re: [PATCH${version > 1 ? ` v${version}` : ''}${place}] ${subject}`
    const body = `On day ${day} somebody wrote:\n> ${subject}\n\n${text}\n\n-- \n${PEOPLE[author].name}\n`
    return mail({
      id: `<${key}-re-${index + 1}@${DOMAIN}>`,
      author,
      time: timeOf(day * 24 + 6 + index),
      head,
      refs: [idOf(key, number)],
      body,
    })
  })
}

function announcement() {
  return mail({
    id: `<release@${DOMAIN}>`,
    author: 'mira',
    time: timeOf(1),
    head: 'Subject: Lanterna 2.0 is out',
    refs: [],
    body: 'And it shines.\n',
  })
}

function ignored() {
  return mail({
    id: `<private@${DOMAIN}>`,
    author: 'ola',
    time: timeOf(500),
    head: 'Subject: [PATCH] not for the tracker\nX-Patchwork-Hint: ignore',
    refs: [],
    body: 'diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n',
  })
}

function pullRequest() {
  return mail({
    id: `<pull@${DOMAIN}>`,
    author: 'yamada',
    time: timeOf(480),
    head: 'Subject: [GIT PULL] net: buoys for 2.1',
    refs: [],
    body: PULL_REQUEST,
  })
}

/** One mail; names go out as encoded words, texts as UTF-8, one in five of them as base64. */
function mail({ id, author, time, head, refs, body }) {
  const { name, email } = PEOPLE[author]
  const isBase64 = id.length % 5 === 0 && /[^\x20-\x7e\n\t]/.test(body)
  const hasType = /^content-type:/im.test(head)
  const lines = [
    `From: ${encoded(name)} <${email}>`,
    `To: ${LIST}`,
    head
      .split('\n')
      .filter((line) => !/^(MIME-Version|Content-T[a-z-]+):/i.test(line))
      .join('\n'),
    `Date: ${new Date(time).toUTCString().replace('GMT', '+0000')}`,
    `Message-Id: ${id}`,
    ...(refs.length > 0 ? [`In-Reply-To: ${refs.at(-1)}`, `References: ${refs.join(' ')}`] : []),
    'MIME-Version: 1.0',
    `Content-Type: text/plain; charset=${hasType ? 'UTF-8' : 'utf-8'}`,
    `Content-Transfer-Encoding: ${isBase64 ? 'base64' : '8bit'}`,
    `List-ID: ${LIST_ID}`,
  ]
  const text = isBase64
    ? `${Buffer.from(body)
        .toString('base64')
        .replace(/(.{76})/g, '$1\n')}\n`
    : body
  return { time, text: `${lines.join('\n')}\n\n${text}` }
}

function encoded(name) {
  return /^[\x20-\x7e]*$/.test(name) ? name : `=?UTF-8?B?${Buffer.from(name).toString('base64')}?=`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = mkdtempSync(join(tmpdir(), 'lanterna-'))
  makeRepository(folder)
  writeFileSync(new URL('archive.mbox', import.meta.url), makeArchive(folder))
  rmSync(folder, { recursive: true })
}
