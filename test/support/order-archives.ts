import { at, PULL, to } from './archive-mail.js'
import { DIFF, type MailOptions } from './mail.js'
import { NEARBY_ARCHIVES } from './nearby-archives.js'
import { TALK_ARCHIVES } from './talk-archives.js'
import { UNTHREADED_ARCHIVES } from './unthreaded-archives.js'

/** Archives for tests of the order of delivery. */

const JO = 'Jo Faro <jo@example.org>'

const say = (id: string, date: string, ...ids: string[]): MailOptions => ({
  id,
  date,
  subject: 'Re: [PATCH] lamp',
  from: 'Jo Faro <jo@example.org>',
  body: 'Reviewed-by: Jo Faro <jo@example.org>',
  ...to(...ids),
})

/** An answer with a quotation, and a diff in a file that no mail program shows. */
const withFile = (id: string, subject: string): MailOptions => ({
  id,
  subject,
  headers: 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"',
  body: `--b\n\n> Reviewed.\n\nHere it is.\n\n--b\nContent-Type: application/octet-stream; name="a.patch"\n\n${DIFF}\n--b--\n`,
})

/** A mail, and the list that the transport says it came from. */
export type Delivered = MailOptions & { list?: string }

/** Copies of mails that arrived through several lists, one of them unknown. */
function copies(...mails: MailOptions[]): Delivered[] {
  return ['lamps', 'shades', 'elsewhere'].flatMap((list) =>
    mails.map((each) => ({ ...each, list: `${list}.example.org` })),
  )
}

/** Archives as an orderly list would have brought them. */
export const ARCHIVES: Record<string, Delivered[]> = {
  ...UNTHREADED_ARCHIVES,
  ...NEARBY_ARCHIVES,
  ...TALK_ARCHIVES,
  'two versions that answer one cover, with replies': [
    { id: 'a0', subject: '[PATCH 0/2] lamp', body: 'All.', date: at(5, '10:00:00') },
    { id: 'a1', subject: '[PATCH 1/2] one', date: at(5, '10:00:01'), ...to('a0') },
    { id: 'a2', subject: '[PATCH 2/2] two', date: at(5, '10:00:02'), ...to('a0') },
    say('r1', at(5, '11:00:00'), 'a0', 'a1'),
    say('r2', at(5, '12:00:00'), 'a0', 'a1', 'r1'),
    say('r0', at(5, '12:30:00'), 'a0'),
    { id: 'b0', subject: '[PATCH v2 0/2] lamp', body: 'All.', date: at(6, '10:00:00'), ...to('a0') },
    { id: 'b1', subject: '[PATCH v2 1/2] one', date: at(6, '10:00:01'), ...to('a0') },
    { id: 'b2', subject: '[PATCH v2 2/2] two', date: at(6, '10:00:02'), ...to('a0') },
    say('r3', at(6, '12:00:00'), 'a0', 'b2'),
  ],
  'versions in deep threads, and one without a cover': [
    { id: 'a1', subject: '[PATCH 1/3] one', date: at(5, '10:00:00') },
    { id: 'a2', subject: '[PATCH 2/3] two', date: at(5, '10:00:01'), ...to('a1') },
    { id: 'a3', subject: '[PATCH 3/3] three', date: at(5, '10:00:02'), ...to('a1', 'a2') },
    { id: 'b1', subject: '[PATCH v2 1/3] one', date: at(7, '10:00:00'), ...to('a1') },
    { id: 'b2', subject: '[PATCH v2 2/3] two', date: at(7, '10:00:01'), ...to('a1', 'b1') },
    { id: 'b3', subject: '[PATCH v2 3/3] three', date: at(7, '10:00:02'), ...to('a1', 'b1', 'b2') },
  ],
  'patches that answer a pull request': [
    { id: 'p', subject: '[GIT PULL] lamps', body: PULL, date: at(5, '10:00:00') },
    { id: 'p1', subject: '[PATCH 1/2] one', date: at(5, '10:00:01'), ...to('p') },
    { id: 'p2', subject: '[PATCH 2/2] two', date: at(5, '10:00:02'), ...to('p') },
    { id: 'q', subject: '[GIT PULL 0/2] more', body: PULL, date: at(8, '10:00:00') },
    { id: 'q1', subject: '[PATCH 1/2] three', date: at(8, '10:00:01'), ...to('q') },
    { id: 'q2', subject: '[PATCH 2/2] four', date: at(8, '10:00:02'), ...to('q') },
  ],
  'covers that come last in a thread, and one that leads its own patches behind patches without a thread': [
    { id: 'a1', subject: '[PATCH 1/2] one', date: at(5, '10:00:00') },
    { id: 'a2', subject: '[PATCH 2/2] two', date: at(5, '10:00:01'), ...to('a1') },
    { id: 'a0', subject: '[PATCH 0/2] lamp', body: 'All.', date: at(5, '10:00:30'), ...to('a1') },
    { id: 'v1', subject: 'Re: [PATCH v4 1/2] one', date: at(5, '10:10:30'), ...to('a0', 'a1') },
    { id: 'b1', subject: '[PATCH 1/2] one', date: at(6, '10:00:00') },
    { id: 'b2', subject: '[PATCH 2/2] two', date: at(6, '10:00:01') },
    { id: 'c0', subject: '[PATCH 0/2] shade', body: 'All.', date: at(6, '10:01:00') },
    { id: 'c1', subject: '[PATCH 1/2] three', date: at(6, '10:01:01'), ...to('c0') },
    { id: 'c2', subject: '[PATCH 2/2] four', date: at(6, '10:01:02'), ...to('c0') },
  ],
  'follow-ups to a lone patch, wrong counts, and mixed versions': [
    { id: 'l', subject: '[PATCH] alone', date: at(5, '10:00:00') },
    { id: 'f1', subject: '[PATCH 1/2] one', date: at(5, '10:01:00'), ...to('l') },
    { id: 'f2', subject: '[PATCH 2/2] two', date: at(5, '10:01:01'), ...to('l') },
    { id: 'c0', subject: '[PATCH 0/2] count', body: 'Two.', date: at(6, '10:00:00') },
    { id: 'c1', subject: '[PATCH 1/3] one', date: at(6, '10:00:01'), ...to('c0') },
    { id: 'c2', subject: '[PATCH 2/3] two', date: at(6, '10:00:02'), ...to('c0') },
    { id: 'c3', subject: '[PATCH 3/3] three', date: at(6, '10:00:03'), ...to('c0') },
    { id: 'm0', subject: '[PATCH 0/2] mixed', body: 'Two.', date: at(7, '10:00:00') },
    { id: 'm1', subject: '[PATCH 1/2] one', date: at(7, '10:00:01'), ...to('m0') },
    { id: 'm2', subject: '[PATCH v7 2/2] two', date: at(7, '10:00:02'), ...to('m0') },
  ],
  'what builds on what comes later': [
    { id: 'a0', subject: '[PATCH 0/2] lamp', body: `All.\n\nDepends-on: <d/2@x>`, date: at(5, '10:00:00') },
    { id: 'a1', subject: '[PATCH 1/2] one', date: at(5, '10:00:01'), ...to('a0') },
    { id: 'a2', subject: '[PATCH 2/2] two', date: at(5, '10:00:02'), ...to('a0') },
    {
      id: 'b2',
      subject: '[PATCH v2 2/2] two',
      body: `Two.\n---\n${DIFF}\nprerequisite-change-id: lamp-1:v2\n`,
      date: at(6, '10:00:01'),
      ...to('a0'),
    },
    { id: 'b1', subject: '[PATCH v2 1/2] one', date: at(6, '10:00:00'), ...to('a0') },
    {
      id: 'c',
      body: `One.\n---\n${DIFF}\nprerequisite-message-id: <b1@x>\n-- \nchange-id: lamp-1\n`,
      date: at(6, '11:00:00'),
    },
    {
      id: 'c2',
      subject: '[PATCH v2] lamp',
      body: `One.\n---\n${DIFF}\n-- \nchange-id: lamp-1\n`,
      date: at(7, '11:00:00'),
    },
    { id: 'd/2', subject: '[PATCH 2/2] late', date: at(8, '10:00:01'), ...to('d1') },
    { id: 'd1', subject: '[PATCH 1/2] late', date: at(8, '10:00:00') },
  ],
  'versions without a label on the cover, and a cover that comes last with a wrong count': [
    { id: 'b0', subject: '[PATCH 0/2] lamp', body: 'Again.', date: at(6, '10:00:00'), ...to('a0') },
    { id: 'b1', subject: '[PATCH v2 1/2] one', date: at(6, '10:00:01'), ...to('b0') },
    { id: 'b2', subject: '[PATCH v2 2/2] two', date: at(6, '10:00:02'), ...to('b0') },
    { id: 'a0', subject: '[PATCH 0/2] lamp one', body: 'All.', date: at(5, '10:00:00') },
    { id: 'a1', subject: '[PATCH 1/2] one', date: at(5, '10:00:01'), ...to('a0') },
    { id: 'a2', subject: '[PATCH 2/2] two', date: at(5, '10:00:02'), ...to('a0') },
    { id: 'e1', subject: '[PATCH 1/3] one', date: at(8, '10:00:00') },
    { id: 'e2', subject: '[PATCH 2/3] two', date: at(8, '10:00:01') },
    { id: 'e3', subject: '[PATCH 3/3] three', date: at(8, '10:00:02') },
    { id: 'e0', subject: '[PATCH 0/2] late', body: 'All.', date: at(8, '10:00:03') },
  ],
  'a resend that proves to be a whole series': [
    { id: 'a0', subject: '[PATCH 0/2] lamp', body: 'All.', date: at(5, '10:00:00') },
    { id: 'a1', subject: '[PATCH 1/2] one', date: at(5, '10:00:01'), ...to('a0') },
    { id: 'a2', subject: '[PATCH 2/2] two', date: at(5, '10:00:02'), ...to('a0') },
    { id: 'n1', subject: '[PATCH 1/2] one', date: at(6, '10:00:00'), ...to('a0', 'a1') },
    { id: 'n2', subject: '[PATCH 2/2] two', date: at(6, '10:00:01'), ...to('a0', 'a1', 'n1') },
  ],
  'answers that are talk or patches by what they answer': [
    { id: 'p', subject: '[PATCH] lamp', date: at(5, '10:00:00') },
    say('r', at(5, '11:00:00'), 'p'),
    { ...withFile('f', '[PATCH v3] lamp'), date: at(5, '12:00:00'), ...to('p', 'r') },
    say('rf', at(5, '13:00:00'), 'p', 'r', 'f'),
    say('rrf', at(5, '14:00:00'), 'p', 'r', 'f', 'rf'),
    { ...withFile('g', '[PATCH 2/2] lamp'), date: at(5, '15:00:00'), ...to('elsewhere') },
    { id: 'g1', subject: '[PATCH 1/2] lamp', date: at(5, '14:59:00') },
    say('rg', at(5, '16:00:00'), 'g'),
    { id: 'v2', subject: 'Re: [PATCH v2] lamp', date: at(6, '10:00:00'), ...to('p', 'r') },
    say('rv', at(6, '11:00:00'), 'p', 'r', 'v2'),
  ],
  'covers of one name': [
    { id: 'a0', subject: '[PATCH 0/1] lamp', body: 'All.', date: at(5, '10:00:00') },
    { id: 'a1', subject: '[PATCH 1/1] one', date: at(5, '10:00:01'), ...to('a0') },
    { id: 'b0', subject: '[PATCH 0/1] lamp', body: 'Why?', date: at(6, '10:00:00'), ...to('a0') },
    { id: 'b1', subject: '[PATCH 1/1] one', date: at(6, '10:00:01'), ...to('b0') },
    say('r', at(6, '11:00:00'), 'a0', 'b0'),
    say('rr', at(6, '12:00:00'), 'a0', 'b0', 'r'),
  ],
  'replacements for one patch': [
    { id: 'a0', subject: '[PATCH 0/2] lamp', body: 'All.', date: at(5, '10:00:00') },
    { id: 'a1', subject: '[PATCH 1/2] one', date: at(5, '10:00:01'), ...to('a0') },
    { id: 'a2', subject: '[PATCH 2/2] two', date: at(5, '10:00:02'), ...to('a0') },
    { id: 'n2', subject: '[PATCH v1.1 2/2] two', date: at(6, '10:00:00'), ...to('a0', 'a2') },
    say('r', at(6, '11:00:00'), 'a0', 'a2', 'n2'),
  ],
  'one patch that is sent again, and says so, in answer to the cover': [
    { id: 'a0', subject: '[PATCH 0/2] lamp', body: 'All.', date: at(5, '10:00:00') },
    { id: 'a1', subject: '[PATCH 1/2] one', date: at(5, '10:00:01'), ...to('a0') },
    { id: 'a2', subject: '[PATCH 2/2] two', date: at(5, '10:00:02'), ...to('a0') },
    { id: 'n2', subject: '[PATCH RESEND 2/2] two', date: at(6, '10:00:00'), ...to('a0') },
    say('r', at(6, '11:00:00'), 'a0', 'n2'),
  ],
  'a patch that replaced another, and whose own replacement moves to another series': [
    { id: 'b2', subject: '[PATCH 2/2] two', date: at(5, '09:59:42') },
    { id: 'a1', subject: '[PATCH 1/2] one', date: at(5, '10:00:00'), ...to('a0') },
    { id: 'm1', subject: '[PATCH 1/2] one', date: at(5, '11:57:01'), ...to('a0', 'a1') },
    { id: 'n1', subject: '[PATCH RESEND 1/2] one', date: at(5, '12:30:03'), ...to('a0') },
  ],
  'all patches of a series that are sent again in answer to its cover': [
    { id: 'a0', subject: '[PATCH 0/2] lamp', body: 'All.', date: at(5, '10:00:00') },
    { id: 'a1', subject: '[PATCH 1/2] one', date: at(5, '10:00:01'), ...to('a0') },
    { id: 'a2', subject: '[PATCH 2/2] two', date: at(5, '10:00:02'), ...to('a0') },
    { id: 'n1', subject: '[RESEND PATCH 1/2] one', date: at(6, '10:00:00'), ...to('a0') },
    { id: 'n2', subject: '[RESEND PATCH 2/2] two', date: at(6, '10:00:01'), ...to('a0') },
  ],
  'a threaded patch that markers would lead to the cover of another series': [
    { id: 'a0', subject: '[PATCH 0/2] lamp', body: 'All.', date: at(5, '10:00:00') },
    { id: 'a1', subject: '[PATCH 1/2] one', date: at(5, '10:00:01') },
    { id: 'b0', subject: '[PATCH 0/2] shade', body: 'All.', date: at(5, '10:05:00') },
    { id: 'b2', subject: '[PATCH 2/2] two', date: at(5, '10:05:02'), ...to('b0') },
  ],
  'a first patch that was sent again, among siblings without threads': [
    { id: 'a1', subject: '[PATCH 1/2] one', date: at(5, '10:00:00') },
    { id: 'a2', subject: '[PATCH 2/2] two', date: at(5, '10:00:01') },
    { id: 'n1', subject: '[PATCH 1/2] one', date: at(6, '10:00:00'), ...to('a1') },
  ],
  'copies through lists of several projects, and of none': copies(
    { id: 'a0', subject: '[PATCH 0/2] lamp', body: 'All.\n\nDepends-on: <d@x>', date: at(5, '10:00:00') },
    { id: 'a1', subject: '[PATCH 1/2] one', date: at(5, '10:00:01'), ...to('a0') },
    { id: 'a2', subject: '[PATCH 2/2] two', date: at(5, '10:00:02'), ...to('a0') },
    say('r', at(5, '11:00:00'), 'a0', 'a1'),
    { id: 'd', date: at(6, '10:00:00') },
  ),
  'a resend of one patch, another of which proves it to be a series': [
    { id: 'a1', subject: '[PATCH 1/2] one', date: at(5, '10:00:00') },
    { id: 'a2', subject: '[PATCH 2/2] two', date: at(5, '10:00:01'), ...to('a1') },
    { id: 'n1', subject: '[PATCH 1/2] one', date: at(6, '10:00:00'), ...to('a1') },
    { id: 'n2', subject: '[PATCH 2/2] two', date: at(6, '10:00:01'), ...to('a1', 'n1') },
  ],
  'a cover that asks to pull, beside its patches, one of which is sent again': [
    { id: 'p0', subject: '[PATCH 0/2] lamp', body: PULL, date: at(5, '10:00:00') },
    { id: 'p1', subject: '[PATCH 1/2] one', date: at(5, '10:00:01'), ...to('p0') },
    { id: 'p2', subject: '[PATCH 2/2] two', date: at(5, '10:00:02'), ...to('p0') },
    { id: 'n2', subject: '[PATCH 2/2] two', date: at(6, '10:00:00'), ...to('p0', 'p2') },
    { id: 'q2', subject: '[PATCH v2 2/2] two', date: at(7, '10:00:02'), ...to('p0', 'q0') },
    { id: 'q0', subject: '[PATCH v2 0/2] lamp', body: 'All.', date: at(7, '10:00:00'), ...to('p0') },
  ],
  'a patch that is replaced twice': [
    { id: 'a0', subject: '[PATCH 0/2] lamp', body: 'All.', date: at(5, '10:00:00') },
    { id: 'a2', subject: '[PATCH 2/2] two', date: at(5, '10:00:02'), ...to('a0') },
    { id: 'n2', subject: '[PATCH 2/2] two', date: at(6, '10:00:00'), ...to('a0', 'a2') },
    { id: 'm2', subject: '[PATCH v1.1 2/2] two', date: at(7, '10:00:00'), ...to('a0', 'a2', 'n2') },
  ],
  'two answers to one patch, of which the later only looked like its replacement': [
    { id: 'a1', subject: '[PATCH 1/2] one', date: at(5, '10:00:00'), ...to('a0') },
    { id: 'n1', subject: '[PATCH v1.1 1/2] one', date: at(6, '10:00:00'), ...to('a0', 'a1') },
    { id: 'm1', subject: '[PATCH 1/2] one', date: at(7, '10:00:00'), ...to('a0', 'a1') },
  ],
  'a pull request as a cover, and its patch in the thread of the previous version': [
    { id: 'a0', subject: '[PATCH v2 0/1] lamp', body: 'All.', date: at(5, '10:00:00') },
    { id: 'b0', subject: '[PATCH v3 0/1] lamp', body: PULL, date: at(5, '10:00:20'), ...to('a0') },
    { id: 'b1', subject: '[PATCH v3 1/1] one', date: at(5, '10:00:22'), ...to('a0') },
    { id: 'c0', subject: '[GIT PULL v4 0/1] lamp', body: PULL, date: at(6, '10:00:00') },
    { id: 'c1', subject: '[PATCH v4 1/1] one', date: at(6, '10:00:02') },
  ],
  'a version whose patch and cover answer the cover of the previous version': [
    { id: 'a0', subject: '[PATCH v2 0/1] lamp', body: 'All.', date: at(5, '10:00:00') },
    { id: 'b0', subject: '[PATCH v3 0/1] lamp', body: 'All.', date: at(5, '10:00:22'), ...to('a0') },
    { id: 'b1', subject: '[PATCH v3 1/1] one', date: at(5, '10:00:22'), ...to('a0') },
  ],
  'a patch without a thread, and the next version in answer to its cover': [
    { id: 'a0', subject: '[PATCH 0/1] lamp', body: 'All.', date: at(5, '10:00:00') },
    { id: 'a1', subject: '[PATCH 1/1] one', date: at(5, '10:00:03') },
    { id: 'b1', subject: '[PATCH v2 1/3] one', date: at(5, '10:02:00'), ...to('a0') },
    { id: 'b2', subject: '[PATCH v2 2/3] two', date: at(5, '10:02:01'), ...to('a0', 'b1') },
  ],
  'patches that were sent in one second': [
    { id: 'a0', subject: '[PATCH 0/3] lamp', body: 'All.', date: at(5, '10:00:00') },
    { id: 'a1', subject: '[PATCH 1/3] one', date: at(5, '10:00:00'), ...to('a0') },
    { id: 'a2', subject: '[PATCH 2/3] two', date: at(5, '10:00:00'), ...to('a0') },
    { id: 'a3', subject: '[PATCH 3/3] three', date: at(5, '10:00:00'), ...to('a0') },
  ],
  'two series in one second, one of them without a thread': [
    { id: 'a2', subject: '[PATCH 2/3] two', date: at(5, '10:00:05'), ...to('a1') },
    { id: 'b3', subject: '[PATCH 3/3] three', date: at(5, '10:00:05') },
    { id: 'a3', subject: '[PATCH 3/3] three', date: at(5, '10:00:07'), ...to('a1') },
  ],
  'a series whose patches have several senders': [
    { id: 'a0', subject: '[PATCH 0/2] lamp', body: PULL, date: at(5, '10:00:00') },
    { id: 'a1', subject: '[PATCH 1/2] one', date: at(5, '10:00:02'), from: JO, ...to('a0') },
    { id: 'b0', subject: '[GIT PULL 0/2] lamp', body: PULL, date: at(6, '10:00:00') },
    { id: 'b1', subject: '[PATCH 1/2] one', date: at(6, '10:00:02'), from: JO, ...to('b0') },
    { id: 'c1', subject: '[PATCH 1/2] one', date: at(7, '10:00:00') },
    { id: 'c2', subject: '[PATCH 2/2] two', date: at(7, '10:00:02'), from: JO, ...to('c1') },
  ],
  'a cover after a threaded series of its length': [
    { id: 'a1', subject: '[PATCH 1/3] one', date: at(5, '10:10:25') },
    { id: 'a3', subject: '[PATCH 3/3] three', date: at(5, '10:10:26'), ...to('a1') },
    { id: 'b0', subject: '[PATCH 0/3] lamp', body: 'All.', date: at(5, '10:20:14') },
  ],
  'a replacement in a thread that leads to two series': [
    { id: 'a0', subject: '[PATCH v2 0/2] lamp', body: 'All.', date: at(5, '10:00:00'), ...to('z1') },
    { id: 'a1', subject: '[PATCH v2 1/2] one', date: at(5, '10:00:02'), ...to('z1', 'a0') },
    { id: 'a2', subject: '[PATCH v2 2/2] two', date: at(5, '10:00:02'), from: JO, ...to('z1') },
    { id: 'n1', subject: '[PATCH v2 1/2] one', date: at(5, '11:30:00'), ...to('z1', 'a0', 'a1') },
    { id: 'b0', subject: '[PATCH v3 0/3] lamp', body: 'All.', date: at(6, '10:00:00'), ...to('z1') },
    { id: 'b2', subject: '[PATCH v3 2/3] two', date: at(6, '10:00:04'), ...to('z1') },
    { id: 'm3', subject: '[PATCH v3.1 3/3] three', date: at(6, '11:30:00'), ...to('z1', 'b3') },
  ],
  'a patch that answers a cover which turns out to be talk': [
    { id: 'a0', subject: '[PATCH 0/3] lamp', body: 'All.', date: at(5, '10:00:00') },
    { id: 'b0', subject: '[PATCH 0/3] lamp', body: 'All.', date: at(5, '10:05:30'), ...to('z1') },
    { id: 'c1', subject: '[PATCH v1.1 1/3] one', date: at(5, '10:55:02') },
    { id: 'c2', subject: '[PATCH 2/3] two', date: at(5, '10:55:03'), ...to('b0') },
  ],
  'a patch of another length in the thread of a pull request': [
    { id: 'a0', subject: '[PATCH 0/2] lamp', body: PULL, date: at(5, '10:00:00') },
    { id: 'a2', subject: '[PATCH 2/2] two', date: at(5, '10:00:06'), ...to('a0') },
    { id: 'b0', subject: '[PATCH 0/1] shade', body: 'All.', date: at(5, '10:00:32') },
    { id: 'b1', subject: '[PATCH 1/1] one', date: at(5, '10:01:32'), ...to('a0') },
  ],
  'a series whose patches a series of several senders had': [
    { id: 'a1', subject: '[PATCH 1/3] one', date: at(5, '10:10:28') },
    { id: 'a3', subject: '[PATCH 3/3] three', date: at(5, '10:10:28'), from: JO, ...to('a1') },
    { id: 'b1', subject: '[PATCH 1/3] one', date: at(5, '10:20:16'), from: JO },
    { id: 'b3', subject: '[PATCH 3/3] three', date: at(5, '10:20:18'), from: JO },
    { id: 'n1', subject: '[PATCH 1/3] one', date: at(5, '11:34:03'), ...to('a1') },
  ],
}
