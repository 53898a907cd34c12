// Mails that attack the parser: one text repeated many thousand times, in every possible place.
// Used by the test that parsing takes linear time, and by the benchmark.

/** The repeated text. */
export const RUNS = [
  '\n',
  '\r\n',
  ' ',
  '\t',
  '\n ',
  '\n\t',
  '\0',
  'é',
  '\u2028',
  '[',
  '[]',
  ']',
  '<',
  '<>',
  '>',
  '@',
  'a@',
  '"',
  '\\',
  '(',
  '()',
  ')',
  ',',
  ';',
  '=',
  '-',
  ':',
  're: re: ',
  'fwd: ',
  '[fwd: ',
  '1/',
  '1 of ',
  'v1 ',
  ' at ',
  ' via ',
  '<a@b> ',
  'a <a@b>, ',
  '=?',
  '=?utf-8?q?',
  '=?utf-8?q?a?= ',
  '=?utf-8?b?YQ==?=',
  '=20',
  '=\n',
  '--x\n',
  '--x--\n',
  '--x\nContent-Type: multipart/mixed; boundary=y\n\n',
  'charset=a; ',
  '__\n',
  '-- \n',
  'diff ',
  'diff --git a/a b/a\n',
  '--- ',
  '--- a\n',
  '+++ b\n',
  '--- a\n+++ b\n',
  '@@ -1 +1 @@\n',
  'Index: a\nold mode \n',
  '\\ No newline at end of file\n',
  'GIT binary patch\nliteral 1\n',
  'From \n',
  '>From \n',
  'a: b\n',
  'Depends-on:',
  'Depends-on: <a@b>\n',
  'Acked-by: a <a@b>\n',
  'are available in the git repository at:\n',
  'are available in the git repository at:\n git://a/b\n',
  '1 Jan 1970 ',
  '00:00:00 ',
  '+0000 ',
]

const HEADER = 64 * 1024
const BODY = 128 * 1024

/**
 * Places for the repeated text, with its length there. Texts that are cut at 64 KB are measured below that length,
 * because the cut would hide the cost.
 *
 * @type {Record<string, { size: number, build: (run: string) => Buffer }>}
 */
export const PLACES = {
  subject: { size: HEADER, build: (run) => mail({ Subject: run }) },
  prefix: { size: HEADER, build: (run) => mail({ Subject: `[PATCH ${run}] x` }) },
  from: { size: HEADER, build: (run) => mail({ From: run }) },
  date: { size: HEADER, build: (run) => mail({ Date: run }) },
  references: { size: HEADER, build: (run) => mail({ References: run, 'In-Reply-To': run }) },
  'message id': {
    size: HEADER,
    build: (run) => Buffer.from(`Message-Id: ${run}\nList-Id: ${run}\nX-Patchwork-Hint: ${run}\n\nx`),
  },
  boundary: {
    size: HEADER,
    build: (run) => mail({ 'Content-Type': `multipart/mixed; boundary="${run}"` }, run),
  },
  'content type': { size: HEADER, build: (run) => mail({ 'Content-Type': run }) },
  charset: { size: HEADER, build: (run) => mail({ 'Content-Type': `text/plain; charset=${run}` }, 'é') },
  'file name': {
    size: HEADER,
    build: (run) => mail({ 'Content-Type': `text/x-patch; name*0*=${run}`, 'Content-Disposition': run }),
  },
  encoding: { size: HEADER, build: (run) => mail({ 'Content-Transfer-Encoding': run }) },
  'cc and reply-to': {
    size: HEADER,
    build: (run) => mail({ From: 'X via L <lamps@example.org>', Cc: run, 'Reply-To': run }),
  },
  'original sender': {
    size: HEADER,
    build: (run) => mail({ From: 'X via L <lamps@example.org>', 'X-Original-From': run }),
  },
  headers: { size: BODY, build: (run) => mail({ X: `x\n${run}` }) },
  body: { size: BODY, build: (run) => mail({}, run) },
  reply: { size: BODY, build: (run) => mail({ Subject: 'Re: x' }, run) },
  'multipart body': {
    size: BODY,
    build: (run) => mail({ 'Content-Type': 'multipart/mixed; boundary=x' }, run),
  },
  'quoted-printable': {
    size: BODY,
    build: (run) => mail({ 'Content-Transfer-Encoding': 'quoted-printable' }, run),
  },
  base64: { size: BODY, build: (run) => mail({ 'Content-Transfer-Encoding': 'base64' }, run) },
  'depends-on': { size: BODY, build: (run) => mail({}, `Depends-on: ${run}`) },
  hunk: { size: BODY, build: (run) => mail({}, `--- a\n+++ b\n@@ -1,9999999 +1,9999999 @@\n${run}`) },
  'head of a hunk': { size: BODY, build: (run) => mail({}, `--- a\n+++ b\n@@ -1 +1 @@ ${run}\n-a\n+b\n`) },
  'name of a file': { size: BODY, build: (run) => mail({}, `--- ${run}\n+++ ${run}\n@@ -1 +1 @@\n-a\n+b\n`) },
  'text behind a hunk': { size: BODY, build: (run) => mail({}, `--- a\n+++ b\n@@ -1 +1 @@\n-a\n+b\n${run}`) },
  'pull request': {
    size: BODY,
    build: (run) =>
      mail({}, `The following changes since commit 1\nare available in the git repository at:\n${run}`),
  },
}

function mail(headers, body = '--- a\n+++ b\n@@ -1 +1 @@\n-a\n+b\n') {
  const all = {
    From: 'Mira Keeper <mira@example.org>',
    Subject: '[PATCH] lamp: light it',
    Date: 'Mon, 05 Oct 2026 10:00:00 +0200',
    'Message-Id': '<a@b>',
    'List-Id': '<lamps.example.org>',
    ...headers,
  }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\n`)
  return Buffer.from(`${lines.join('')}\n${body}`)
}
