import { at, PULL, to } from './archive-mail.js'
import type { MailOptions } from './mail.js'

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
}
