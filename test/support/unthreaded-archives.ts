import { at, to } from './archive-mail.js'
import type { MailOptions } from './mail.js'

/** Archives of series without threads, for tests of the order of delivery. */
export const UNTHREADED_ARCHIVES: Record<string, MailOptions[]> = {
  'series without threads, interleaved, and a cover that comes last': [
    { id: 'a1', subject: '[PATCH 1/2] one', date: at(5, '10:00:00') },
    { id: 'a2', subject: '[PATCH 2/2] two', date: at(5, '10:00:01') },
    { id: 'b1', subject: '[PATCH 1/2] three', date: at(5, '10:05:00') },
    { id: 'b2', subject: '[PATCH 2/2] four', date: at(5, '10:05:01') },
    { id: 'c1', subject: '[PATCH 1/3] five', date: at(6, '10:00:00') },
    { id: 'c2', subject: '[PATCH 2/3] six', date: at(6, '10:15:00') },
    { id: 'c3', subject: '[PATCH 3/3] seven', date: at(6, '10:30:00') },
    { id: 'd1', subject: '[PATCH 1/2] eight', date: at(7, '10:00:00') },
    { id: 'd2', subject: '[PATCH 2/2] nine', date: at(7, '10:00:01') },
    { id: 'd0', subject: '[PATCH 0/2] late', body: 'All.', date: at(7, '10:00:02') },
  ],
  'series without threads side by side, one of which lost a patch': [
    { id: 'a0', subject: '[PATCH 0/2] lamp', body: 'All.', date: at(5, '10:00:00') },
    { id: 'b0', subject: '[PATCH 0/2] shade', body: 'All.', date: at(5, '10:00:01') },
    { id: 'a1', subject: '[PATCH 1/2] one', date: at(5, '10:00:02') },
    { id: 'b1', subject: '[PATCH 1/2] three', date: at(5, '10:00:05') },
    { id: 'a2', subject: '[PATCH 2/2] two', date: at(5, '10:00:10') },
    { id: 'b2', subject: '[PATCH 2/2] four', date: at(5, '10:00:15') },
    { id: 'c1', subject: '[PATCH 1/2] five', date: at(6, '10:00:00') },
    { id: 'd1', subject: '[PATCH 1/2] six', date: at(6, '10:05:00') },
    { id: 'd2', subject: '[PATCH 2/2] seven', date: at(6, '10:05:01') },
    { id: 'd2n', subject: '[PATCH v1.1 2/2] seven', date: at(6, '10:15:01') },
  ],
  'a cover that came last, near a series that began before it': [
    { id: 'b0', subject: '[PATCH 0/2] lamp', body: 'All.', date: at(5, '10:10:29') },
    { id: 'b1', subject: '[PATCH 1/2] one', date: at(5, '10:10:29'), ...to('b0') },
    { id: 'a1', subject: '[PATCH 1/2] one', date: at(5, '10:30:29') },
    { id: 'a0', subject: '[PATCH 0/2] lamp', body: 'All.', date: at(5, '10:30:34') },
  ],
  'a cover between two lone patches, of which the first is replaced': [
    { id: 'a1', subject: '[PATCH 1/1] one', date: at(5, '10:20:16') },
    { id: 'b0', subject: '[PATCH 0/1] lamp', body: 'All.', date: at(5, '10:20:29') },
    { id: 'b1', subject: '[PATCH 1/1] one', date: at(5, '10:20:29') },
    { id: 'n1', subject: '[PATCH v1.1 1/1] one', date: at(5, '11:44:15'), ...to('a1') },
  ],
}
