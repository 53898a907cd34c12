// How long a mail takes that was made to take long: 64 KB of one thing in each place where it can stand.
import { parseAuthor } from '../dist/mail/address.js'
import { parseMail } from '../dist/mail/parse.js'
import { parseSubject } from '../dist/mail/subject.js'

const SIZE = 64 * 1024
const RUNS = ['\n', '[', '<', '@', '"', 're: re: ']
const PLACES = {
  Subject: (run) => `From: a@b\nSubject: ${run}\nMessage-Id: <a@b>\n\nx`,
  From: (run) => `From: ${run}\nSubject: x\nMessage-Id: <a@b>\n\nx`,
  References: (run) => `From: a@b\nSubject: x\nMessage-Id: <a@b>\nReferences: ${run}\n\nx`,
  'Content-Type': (run) =>
    `From: a@b\nSubject: x\nMessage-Id: <a@b>\nContent-Type: multipart/mixed; boundary=${run}\n\nx`,
  'the body': (run) => `From: a@b\nSubject: x\nMessage-Id: <a@b>\n\n${run}`,
}

/** The worst of each run over all places, in milliseconds. */
export async function measureHostileMail() {
  return RUNS.map((text) => {
    const times = Object.values(PLACES).map((build) => {
      const bytes = Buffer.from(build(text.repeat(SIZE / text.length)))
      const start = performance.now()
      const mail = parseMail(bytes)
      parseSubject(mail.subject ?? '', ['list'])
      parseAuthor(mail.headers, 'list@example.org')
      return performance.now() - start
    })
    return { name: JSON.stringify(text), milliseconds: Math.max(...times) }
  })
}
