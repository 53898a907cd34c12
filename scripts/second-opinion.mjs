// Reads an archive with a public parser too, and says where the two differ and why.
//
//   npm run build && npm run second-opinion -- ARCHIVE…      an mbox, gzipped or not; 1 if something is unexplained
import { createReadStream } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createGunzip } from 'node:zlib'
import PostalMime from 'postal-mime'
import { differenceIn, isOfBrowsers, ruleOf } from './second-opinion-rules.mjs'

/**
 * The content of a mail, as our parser reads it.
 *
 * @param raw the received bytes
 * @param modules our parser, from `dist/mail` or `src/mail`
 */
function readOurs(raw, modules) {
  const { parseMail, readHeaders, leavesOf, textParts, splitAddresses, fileNameOf } = modules
  const bytes = Buffer.from(raw.toString('latin1').replaceAll('\r\n', '\n'), 'latin1')
  const parsed = parseMail(raw)
  const { headers, bodyStart } = readHeaders(bytes, 0, bytes.length, [])
  const leaves = leavesOf(bytes, headers, bodyStart, [])
  const parts = textParts(bytes, headers, bodyStart, []).filter(({ role }) => role === 'message')
  const plainLeaves = leaves.filter(({ type }) => type.type === 'text/plain')
  // Of a mail that is a file as a whole, the text is in a part of any type.
  if (plainLeaves.length < parts.length) plainLeaves.push(...leaves)
  const messages = parts.map(({ text }, index) => ({
    text,
    isAttached: isAttached(plainLeaves[index]),
    ...readMark(plainLeaves[index], bytes),
  }))
  const addresses = (name) => headers.getAll(name).flatMap((value) => splitAddresses(value, 10_000))
  return {
    subject: parsed.subject ?? '',
    from: parsed.sender ? [mailbox(parsed.sender.author.name, parsed.sender.author.email)] : [],
    to: addresses('to').map(({ name, email }) => mailbox(name, email)),
    cc: addresses('cc').map(({ name, email }) => mailbox(name, email)),
    'message-id': parsed.messageId ?? '',
    references: parsed.references,
    date: parsed.date ?? '',
    text: messages.map(({ text }) => text).join('\n'),
    kept: `${parsed.content}\n${parsed.diff ?? ''}`,
    attachments: leaves.flatMap((leaf) => attachmentOf(leaf, bytes, fileNameOf)),
    leaves,
    messages,
    parsed,
    /** The mail as it reads if charsets have another name; undefined if they stand nowhere that can be changed. */
    readAs: (labels, other) => {
      const renamed = renameCharsets(raw, labels, other)
      return renamed.equals(raw) ? undefined : readOurs(renamed, modules)
    },
  }
}

function renameCharsets(raw, labels, other) {
  const names = labels.map((label) => label.replace(/[^\w-]/g, '\\$&')).join('|')
  const pattern = new RegExp(`(=\\?|charset\\s*=\\s*"?)(?:${names})(?=[?*"\\s;]|$)`, 'gim')
  return Buffer.from(raw.toString('latin1').replace(pattern, `$1${other}`), 'latin1')
}

/** Whether a text begins with the byte order mark of UTF-16, and the text decoded by the charset of its part. */
function readMark({ headers, type, start, end }, bytes) {
  const encoding = headers.get('content-transfer-encoding')?.trim().toLowerCase()
  const body = bytes.subarray(start, end)
  const text = encoding === 'base64' ? Buffer.from(body.toString('latin1'), 'base64') : body
  const isMarked = ['fffe', 'feff'].includes(text.toString('hex', 0, 2))
  const { charset = 'utf-8' } = type
  const decoder = new TextDecoder(isOfBrowsers(charset) ? charset : 'windows-1252')
  return { isMarked, asDeclared: isMarked ? decoder.decode(text) : '' }
}

function isAttached({ headers }) {
  return /^\s*attachment/i.test(headers.get('content-disposition') ?? '')
}

function attachmentOf({ headers, type, start, end }, bytes, fileNameOf) {
  const disposition = headers.get('content-disposition')
  const isText = type.type === 'text/plain' || type.type === 'text/html'
  if (isText && !isAttached({ headers })) return []
  const name = (disposition === undefined ? undefined : fileNameOf(disposition)) ?? type.name
  const encoding = headers.get('content-transfer-encoding')?.trim().toLowerCase()
  const body = bytes.subarray(start, end)
  return [`${name ?? ''} ${type.type} ${decodedSize(body, encoding)}`]
}

function decodedSize(body, encoding) {
  if (encoding === 'base64') return Buffer.from(body.toString('latin1'), 'base64').length
  if (encoding !== 'quoted-printable') return body.length
  const text = body.toString('latin1').replace(/[ \t]+$/gm, '')
  return text.replace(/=\r?\n/g, '').replace(/=[0-9a-f]{2}/gi, '=').length
}

/** The same of the public parser. */
async function readTheirs(raw) {
  const email = await PostalMime.parse(raw)
  return {
    subject: email.subject ?? '',
    from: mailboxes(email.from ? [email.from] : []),
    to: mailboxes(email.to),
    cc: mailboxes(email.cc),
    'message-id': email.messageId ?? '',
    references: [
      ...new Set([
        ...(email.inReplyTo?.match(/<[^<>\s]+>/g) ?? []),
        ...(email.references?.match(/<[^<>\s]+>/g) ?? []).toReversed(),
      ]),
    ],
    date: /^\d{4}-.*Z$/.test(email.date ?? '') ? email.date.slice(0, 19) : '',
    text: email.text ?? '',
    kept: email.text ?? '',
    attachments: email.attachments.map(
      ({ filename, mimeType, content }) => `${filename ?? ''} ${mimeType} ${content.byteLength}`,
    ),
  }
}

function mailboxes(list = []) {
  return list.flatMap((each) => each.group ?? [each]).map(({ name, address }) => mailbox(name, address))
}

function mailbox(name, address) {
  return name ? `${name} <${address ?? ''}>` : `<${address ?? ''}>`
}

const FIELDS = [
  'subject',
  'from',
  'to',
  'cc',
  'message-id',
  'references',
  'date',
  'text',
  'kept',
  'attachments',
]

/**
 * Where the two parsers differ in one mail, each with the rule that explains it, if one does.
 *
 * @returns `{ field, ours, theirs, rule }`
 */
export async function compareMail(raw, modules) {
  const ours = readOurs(Buffer.from(raw), modules)
  const theirs = await readTheirs(Buffer.from(raw))
  const differences = []
  for (const field of FIELDS) {
    const difference = differenceIn(field, ours, theirs)
    if (difference) differences.push({ ...difference, rule: ruleOf(difference, ours, theirs) })
  }
  return differences
}

/** The modules of our parser that take part, from a folder such as `dist/mail`. */
export async function ownModules(folder) {
  const load = (name) => import(pathToFileURL(join(folder, `${name}.js`)).href)
  const names = ['parse', 'headers', 'multipart', 'mime', 'address', 'content-type', 'mbox/reader']
  return Object.assign({}, ...(await Promise.all(names.map(load))))
}

async function main(archives) {
  const modules = await ownModules(resolve(import.meta.dirname, '../dist/mail'))
  const groups = new Map()
  let [mails, differences, unexplained] = [0, 0, 0]
  for (const archive of archives) {
    const file = createReadStream(archive)
    for await (const raw of modules.splitMbox(archive.endsWith('.gz') ? file.pipe(createGunzip()) : file)) {
      mails++
      for (const difference of await compareMail(raw, modules)) {
        differences++
        if (!difference.rule) unexplained++
        const title = `${difference.field}: ${difference.rule ?? 'UNEXPLAINED'}`
        const id = /^message-id:.*/im.exec(Buffer.from(raw).toString('latin1'))?.[0] ?? `mail ${mails}`
        groups.set(title, [...(groups.get(title) ?? []), { ...difference, id }])
      }
    }
  }
  for (const [title, list] of [...groups].toSorted(([a], [b]) => a.localeCompare(b))) print(title, list)
  console.log(`${mails} mails, ${differences} differences, ${unexplained} unexplained`)
  return unexplained > 0 ? 1 : 0
}

const short = (text) => JSON.stringify(text.length > 300 ? `${text.slice(0, 300)}…` : text)

function print(title, list) {
  console.log(`${title} (${list.length})`)
  for (const { id, ours, theirs } of list)
    console.log(`  ${id}\n    ours:   ${short(ours)}\n    theirs: ${short(theirs)}`)
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2))
