import { at, PULL, to } from './archive-mail.js'
import { PATCH_BODY } from './mail.js'
import type { Delivered } from './order-archives.js'

const KERRY = 'Kerry Wick <kerry@example.org>'
const KERRY_AT_WORK = '"Kerry Wick (lamps)" <kerry@example.org>'

const declaring = (declared: string) => ({ body: `${declared}\n\n${PATCH_BODY}` })

/** When a list had a mail, by its server. */
const had = (day: number, time: string) => ({
  headers: `Received: from a.example.net by mail.example.org with ESMTP; ${at(day, time)}`,
})

/** Archives in which mails say something of others, for tests of the order of delivery. */
export const TALK_ARCHIVES: Record<string, Delivered[]> = {
  'a sender who changes their name': [
    { id: 'a1', subject: '[PATCH 1/2] one', date: at(5, '10:00:00'), from: KERRY },
    { id: 'a2', subject: '[PATCH 2/2] two', date: at(5, '10:00:01'), from: KERRY, ...to('a1') },
    { id: 'r1', subject: 'Re: [PATCH 1/2] one', date: at(5, '11:00:00'), from: KERRY_AT_WORK, ...to('a1') },
    { id: 'b0', subject: '[PATCH 0/1] lamp', body: 'All.', date: at(5, '12:00:00'), from: KERRY },
    { id: 's1', subject: 'Re: [PATCH 1/2] one', date: at(5, '13:00:00'), from: KERRY_AT_WORK, ...to('r1') },
    {
      id: 't1',
      subject: 'Re: [PATCH 1/2] one',
      date: at(5, '14:00:00'),
      from: 'Kerry@Example.Org',
      ...to('s1'),
    },
  ],
  'versions from two addresses under one name, of which one gets another name later': [
    { id: 'a1', subject: '[PATCH] lamp: glow', date: at(5, '10:00:00'), from: KERRY },
    {
      id: 'b1',
      subject: '[PATCH v2] lamp: glow',
      date: at(6, '10:00:00'),
      from: 'Kerry Wick <kw@example.net>',
    },
    { id: 'c0', subject: '[PATCH v3 0/1] lamp: glow', body: 'All.', date: at(7, '10:00:00'), from: KERRY },
    { id: 'c1', subject: '[PATCH v3 1/1] glow', date: at(7, '10:00:01'), from: KERRY, ...to('c0') },
    {
      id: 'r1',
      subject: 'Re: [PATCH] lamp: glow',
      date: at(8, '10:00:00'),
      from: KERRY_AT_WORK,
      ...to('a1'),
    },
  ],
  'patches of two senders that answer a pull request, of which the first came ten minutes late': [
    { id: 'p', subject: '[GIT PULL v3] lamps', body: PULL, date: at(5, '10:12:14'), ...had(5, '10:12:19') },
    {
      id: 'p2',
      subject: '[PATCH v3 2/2] two',
      from: KERRY,
      date: at(5, '10:13:11'),
      ...to('p'),
      ...had(5, '10:13:16'),
    },
    { id: 'p1', subject: '[PATCH v3 1/2] one', date: at(5, '10:12:57'), ...to('p'), ...had(5, '10:22:57') },
  ],
  'a patch that was sent again, which a later version answers': [
    { id: 'a2', subject: '[PATCH 2/2] two', date: at(5, '10:00:00') },
    { id: 'b2', subject: '[PATCH RESEND 2/2] two', date: at(5, '10:05:00'), ...to('a2') },
    { id: 'c1', subject: '[PATCH v3 1/2] one', date: at(5, '10:30:00'), ...to('b2') },
  ],
  'two versions within minutes, and the first patch of the series before them late': [
    { id: 'x1', subject: '[PATCH 1/2] one', from: KERRY, date: at(5, '10:01:58'), ...to('x0') },
    { id: 'x2', subject: '[PATCH 2/2] two', date: at(5, '10:02:02'), ...to('x0') },
    { id: 'a1', subject: '[PATCH 1/2] one', date: at(5, '10:04:15') },
    { id: 'a2', subject: '[PATCH 2/2] two', date: at(5, '10:04:18') },
    { id: 'b1', subject: '[PATCH v2 1/2] one', date: at(5, '10:07:15'), ...to('a2') },
    { id: 'b2', subject: '[PATCH v2 2/2] two', date: at(5, '10:07:37') },
  ],
  'a patch of another version that answers two covers': [
    { id: 'a0', subject: '[PATCH 0/1] lamp', body: 'All.', date: at(5, '10:00:00') },
    { id: 'b0', subject: '[PATCH v2 0/3] lamp', body: 'All.', date: at(5, '21:00:00'), ...to('a0') },
    { id: 'b1', subject: '[PATCH v1 1/3] one', date: at(5, '21:00:00'), ...to('a0', 'b0') },
  ],
  'a version that answers a comment on the version before': [
    { id: 'a1', subject: '[PATCH] lamp', date: at(5, '10:00:00') },
    { id: 'b1', subject: '[PATCH v2] lamp', date: at(6, '10:00:00'), ...to('a1') },
    { id: 'r1', subject: 'Re: [PATCH v2] lamp', date: at(7, '10:00:00'), from: KERRY, ...to('a1', 'b1') },
    { id: 'c1', subject: '[PATCH v3 1/2] shade', date: at(8, '10:00:00'), ...to('r1') },
  ],
  'a patch that its list had ten minutes after the next one, of another sender': [
    {
      id: 'a2',
      subject: '[PATCH 2/2] two',
      date: at(5, '10:00:01'),
      from: KERRY,
      ...to('a1'),
      ...had(5, '10:00:10'),
    },
    { id: 'a1', subject: '[PATCH 1/2] one', date: at(5, '10:00:00'), ...had(5, '10:10:00') },
  ],
  'a change id that two series have, one of which was sent again': [
    { id: 'a1', subject: '[PATCH] lamp', date: at(5, '10:00:00'), ...declaring('change-id: lamp-1') },
    { id: 'b1', subject: '[PATCH RESEND] lamp', date: at(6, '10:00:00'), ...declaring('change-id: lamp-1') },
    {
      id: 'c1',
      subject: '[PATCH] shade',
      date: at(7, '10:00:00'),
      ...declaring('prerequisite-change-id: lamp-1:v1'),
    },
  ],
  'a change id of a patch that moves to another series': [
    {
      id: 'd1',
      subject: '[PATCH] wick',
      date: at(5, '09:00:00'),
      ...declaring('prerequisite-change-id: lamp-1:v1'),
    },
    { id: 'a1', subject: '[PATCH 1/2] one', date: at(5, '10:00:40'), ...to('a0') },
    { id: 'a2', subject: '[PATCH 2/2] two', date: at(5, '10:00:40'), ...to('a0') },
    {
      id: 'b2',
      subject: '[PATCH 2/2] two',
      date: at(5, '10:04:17'),
      ...to('b0'),
      ...declaring('change-id: lamp-1'),
    },
  ],
}
