import type { Database } from '../../db/schema.js'
import type { Log } from '../../util/log.js'
import { EventFeed } from '../events/feed.js'
import { EVENT_SOURCE } from '../events/queries.js'
import { SERIES_EVENT_SOURCE } from './queries.js'

/** The feeds of a server: one for each numbering of events. */
export interface EventFeeds {
  readonly events: EventFeed
  readonly seriesEvents: EventFeed
}

export function makeEventFeeds(db: Database, log: Log): EventFeeds {
  return {
    events: new EventFeed(db, log, EVENT_SOURCE),
    seriesEvents: new EventFeed(db, log, SERIES_EVENT_SOURCE),
  }
}
