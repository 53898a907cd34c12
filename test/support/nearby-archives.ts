import { at, PULL, to } from './archive-mail.js'
import type { MailOptions } from './mail.js'

const JO = 'Jo Faro <jo@example.org>'

/** Archives of series that one sender sent within minutes of each other, for tests of the order of delivery. */
export const NEARBY_ARCHIVES: Record<string, MailOptions[]> = {
  'two covers, and a patch without a thread near the second': [
    { id: 'a0', subject: '[PATCH 0/2] lamp', body: 'All.', date: at(5, '10:00:45') },
    { id: 'b0', subject: '[PATCH 0/2] shade', body: 'All.', date: at(5, '10:00:46') },
    { id: 'b1', subject: '[PATCH 1/2] one', date: at(5, '10:15:46') },
  ],
  'two covers, and a patch near the second that answers a lost mail': [
    { id: 'a0', subject: '[PATCH 0/2] lamp', body: 'All.', date: at(5, '10:01:17') },
    { id: 'b0', subject: '[PATCH 0/2] shade', body: 'All.', date: at(5, '10:04:48'), ...to('b1') },
    { id: 'c1', subject: '[PATCH 1/2] one', date: at(5, '10:06:40'), ...to('b1') },
  ],
  'a cover and a pull request as a cover, and a patch near the second': [
    { id: 'a0', subject: '[PATCH 0/2] lamp', body: 'All.', date: at(5, '10:08:43') },
    { id: 'b0', subject: '[PATCH 0/2] shade', body: PULL, date: at(5, '10:20:42') },
    { id: 'b2', subject: '[PATCH 2/2] two', date: at(5, '10:20:42') },
  ],
  'a replacement that a cover answers': [
    { id: 'a0', subject: '[PATCH 0/2] lamp', body: 'All.', date: at(5, '10:00:20') },
    { id: 'a1', subject: '[PATCH 1/2] one', date: at(5, '10:00:20') },
    { id: 'b1', subject: '[PATCH 1/2] one', date: at(5, '10:00:54'), ...to('a1') },
    { id: 'b0', subject: '[PATCH 0/2] lamp again', body: 'All.', date: at(5, '10:00:56'), ...to('b1') },
  ],
  'patches that answer a lost mail, one of which is sent again': [
    { id: 'c0', subject: '[PATCH v2 0/3] lamp', body: 'All.', date: at(5, '10:00:05'), ...to('c1') },
    { id: 'n1', subject: '[PATCH v2.1 1/3] one', date: at(5, '10:00:06'), ...to('c1') },
    { id: 'c2', subject: '[PATCH v2 2/3] two', date: at(5, '10:00:47'), ...to('c1') },
    { id: 'c1', subject: '[PATCH v2 1/3] one', date: at(5, '10:03:00') },
    { id: 'e2', subject: '[PATCH RESEND v2 2/3] two', date: at(5, '10:08:21'), ...to('c1') },
  ],
  'a cover whose length an older patch in its thread corrects': [
    { id: 'b0', subject: '[PATCH v2 0/1] lamp', body: 'All.', date: at(5, '10:00:08') },
    { id: 'c2', subject: '[PATCH 2/3] two', date: at(5, '10:00:34'), ...to('c1', 'b0') },
    { id: 'b1', subject: '[PATCH v2 1/3] one', date: at(5, '10:04:11') },
  ],
  'two senders, one of whom answers the other': [
    { id: 'b1', subject: '[PATCH 1/2] one', date: at(5, '10:00:02'), from: JO },
    { id: 'b2', subject: '[PATCH 2/2] two', date: at(5, '10:00:03'), from: JO },
    { id: 'c1', subject: '[PATCH 1/2] one', date: at(5, '10:00:04') },
    { id: 'a1', subject: '[PATCH 1/2] one', date: at(5, '10:00:05'), from: JO },
    { id: 'a2', subject: '[PATCH 2/2] two', date: at(5, '10:00:06'), ...to('a1') },
  ],
  'a cover whose length its first patch corrects, and a resent patch of that length': [
    { id: 'c2', subject: '[PATCH RESEND 2/2] two', date: at(5, '10:00:00') },
    { id: 'a2', subject: '[PATCH 2/3] two', date: at(5, '10:00:03'), ...to('a1') },
    { id: 'b0', subject: '[PATCH RESEND 0/2] shade', body: 'All.', date: at(5, '10:00:04') },
    { id: 'b1', subject: '[PATCH RESEND 1/3] one', date: at(5, '10:00:05'), ...to('b0') },
    { id: 'b2', subject: '[PATCH RESEND 2/2] two', date: at(5, '10:00:06'), ...to('b0') },
    { id: 'n2', subject: '[PATCH RESEND 2/3] two', date: at(5, '10:50:01'), ...to('a2') },
  ],
  'a cover that earlier mails answer, and its patch without a thread': [
    { id: 'b0', subject: '[PATCH 0/1] shade', body: 'All.', date: at(5, '10:04:06'), ...to('a0') },
    { id: 'b2', subject: '[PATCH 2/2] two', date: at(5, '10:04:08'), ...to('a0', 'b0') },
    { id: 'a0', subject: '[PATCH 0/2] lamp', body: 'All.', date: at(5, '10:32:26') },
    { id: 'a2', subject: '[PATCH 2/2] two', date: at(5, '10:32:28') },
  ],
  'a patch without a thread before the one that corrects the length of a cover': [
    { id: 'a0', subject: '[PATCH 0/2] lamp', body: 'All.', date: at(5, '10:00:01') },
    { id: 'b2', subject: '[PATCH 2/3] two', date: at(5, '10:00:01') },
    { id: 'a1', subject: '[PATCH 1/3] one', date: at(5, '10:00:02'), ...to('a0') },
  ],
  'two versions that answer a lost mail': [
    { id: 'a2', subject: '[PATCH 2/2] two', date: at(5, '10:05:13'), ...to('a1') },
    { id: 'b1', subject: '[PATCH v2 1/2] one', date: at(5, '10:05:42') },
    { id: 'n1', subject: '[PATCH v2.1 1/2] one', date: at(5, '10:19:32'), ...to('a1') },
  ],
  'a cover after a patch from which the next patch is too far': [
    { id: 'a2', subject: '[PATCH 2/2] two', date: at(5, '10:15:32') },
    { id: 'b0', subject: '[PATCH 0/2] shade', body: 'All.', date: at(5, '10:32:06') },
    { id: 'b2', subject: '[PATCH 2/2] two', date: at(5, '10:40:02') },
  ],
  'a cover between patches, of which the later one is answered': [
    { id: 'a1', subject: '[PATCH 1/2] one', date: at(5, '10:12:48') },
    { id: 'b0', subject: '[PATCH 0/2] shade', body: 'All.', date: at(5, '10:18:12') },
    { id: 'b1', subject: '[PATCH 1/2] one', date: at(5, '10:21:37') },
    { id: 'b2', subject: '[PATCH 2/2] two', date: at(5, '10:24:09'), ...to('b1') },
  ],
  'two covers, a patch of the first, and one without a thread': [
    { id: 'c0', subject: '[PATCH 0/2] lamp', body: 'All.', date: at(5, '10:00:03') },
    { id: 'a0', subject: '[PATCH 0/2] shade', body: 'All.', date: at(5, '10:00:06'), ...to('a1') },
    { id: 'c1', subject: '[PATCH 1/2] one', date: at(5, '10:03:03'), ...to('c0') },
    { id: 'b2', subject: '[PATCH 2/2] two', date: at(5, '10:05:48') },
  ],
  'series side by side, and a replacement too far from the first': [
    { id: 'a1', subject: '[PATCH 1/2] one', date: at(5, '10:19:34') },
    { id: 'b1', subject: '[PATCH 1/2] one', date: at(5, '10:27:04') },
    { id: 'b2', subject: '[PATCH 2/2] two', date: at(5, '10:27:05') },
    { id: 'n2', subject: '[PATCH v1.1 2/2] two', date: at(5, '10:45:23') },
  ],
  'a resent cover, and a resent patch that answers what it answers': [
    { id: 'a2', subject: '[PATCH 2/2] two', date: at(5, '10:00:08'), ...to('a0', 'a1') },
    {
      id: 'n0',
      subject: '[RESEND PATCH 0/2] lamp again',
      body: 'All.',
      date: at(5, '10:00:28'),
      inReplyTo: 'a0@x',
    },
    { id: 'c2', subject: '[PATCH 2/2] two', date: at(5, '10:01:22'), ...to('c0', 'c1') },
    { id: 'b2', subject: '[PATCH v2 2/2] two', date: at(5, '10:02:45'), ...to('a0', 'b0') },
    { id: 'n2', subject: '[PATCH RESEND 2/2] two', date: at(5, '10:05:08'), ...to('a0', 'a1') },
    { id: 'd2', subject: '[PATCH v3 2/2] two', date: at(5, '10:19:51'), ...to('b0', 'd0') },
  ],
  'a patch without a thread that has the number of one in a thread': [
    { id: 'c3', subject: '[PATCH 3/3] three', date: at(5, '10:02:43') },
    { id: 'a1', subject: '[PATCH 1/3] one', date: at(5, '10:11:46') },
    { id: 'b1', subject: '[PATCH 1/3] one', date: at(5, '10:15:52') },
    { id: 'a2', subject: '[PATCH 2/3] two', date: at(5, '10:17:47'), ...to('a1') },
    { id: 'a3', subject: '[PATCH 3/3] three', date: at(5, '10:19:00'), ...to('a1') },
    { id: 'b2', subject: '[PATCH 2/3] two', date: at(5, '10:21:10') },
  ],
  'a cover that comes last in a thread, which patches of another sender name': [
    { id: 'a1', subject: '[PATCH v2 1/3] one', date: at(5, '10:04:50'), from: JO },
    {
      id: 'a0',
      subject: '[PATCH v2 0/3] lamp',
      body: 'All.',
      date: at(5, '10:04:53'),
      from: JO,
      ...to('a1'),
    },
    { id: 'b0', subject: '[PATCH v2 0/3] shade', body: 'All.', date: at(5, '10:09:08'), ...to('a0') },
    { id: 'b3', subject: '[PATCH v2 3/3] three', date: at(5, '10:09:08'), ...to('b0') },
    { id: 'm2', subject: '[PATCH v2.1 2/3] two', date: at(5, '10:09:13'), ...to('a0', 'b0') },
    { id: 'm3', subject: '[PATCH v2.1 3/3] three', date: at(5, '10:17:28'), ...to('b0', 'b3') },
    { id: 'n3', subject: '[PATCH v2.1 3/3] three', date: at(5, '10:23:09'), from: JO, ...to('a3') },
  ],
  'a patch that answers a later one': [
    { id: 'c0', subject: '[PATCH 0/2] lamp', body: 'All.', date: at(5, '10:00:04'), ...to('b1') },
    { id: 'a0', subject: '[PATCH 0/2] shade', body: 'All.', date: at(5, '10:00:06'), ...to('a1') },
    { id: 'a1', subject: '[PATCH 1/2] one', date: at(5, '10:00:06') },
    { id: 'b2', subject: '[PATCH 2/2] two', date: at(5, '10:01:21'), ...to('b1') },
    { id: 'b1', subject: '[PATCH 1/2] one', date: at(5, '10:04:11') },
  ],
  'an answer to a patch that is replaced by one of another series': [
    { id: 'a1', subject: '[PATCH v2 1/2] one', date: at(5, '10:05:42') },
    { id: 'c2', subject: '[PATCH v2 2/2] two', date: at(5, '10:09:22') },
    { id: 'b1', subject: '[PATCH v2 1/2] one', date: at(5, '10:09:25') },
    { id: 'd0', subject: '[PATCH v3 0/2] lamp', body: 'All.', date: at(5, '10:09:38'), ...to('d1') },
    { id: 'e1', subject: '[PATCH v3 1/2] one', date: at(5, '10:09:59'), ...to('b1') },
    { id: 'n1', subject: '[PATCH v2.1 1/2] one', date: at(5, '10:24:21'), ...to('c1') },
  ],
}

/** Orders of delivery that once gave other results, for some of these archives. */
export const HARD_ORDERS: Record<string, string> = {
  'two senders, one of whom answers the other': 'b2 c1 a1 a2 b1',
  'a cover whose length its first patch corrects, and a resent patch of that length': 'c2 a2 b0 b1 n2 b2',
  'a cover that earlier mails answer, and its patch without a thread': 'b2 a0 a2 b0',
  'a patch without a thread before the one that corrects the length of a cover': 'a0 a1 b2',
  'two versions that answer a lost mail': 'b1 n1 a2',
  'a cover after a patch from which the next patch is too far': 'b0 b2 a2',
  'a cover between patches, of which the later one is answered': 'b0 b1 b2 a1',
  'two covers, a patch of the first, and one without a thread': 'c0 a0 b2 c1',
  'series side by side, and a replacement too far from the first': 'b1 b2 n2 a1',
  'a resent cover, and a resent patch that answers what it answers': 'a2 c2 b2 n2 d2 n0',
  'a patch without a thread that has the number of one in a thread': 'c3 a1 b1 a3 b2 a2',
  'a cover that comes last in a thread, which patches of another sender name': 'a1 a0 b0 m2 m3 n3 b3',
  'a patch that answers a later one': 'c0 a0 a1 b1 b2',
  'an answer to a patch that is replaced by one of another series': 'c2 b1 d0 e1 n1 a1',
}
