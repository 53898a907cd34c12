import { parseNumber, type Setting } from './setting.js'

/** How long rows are kept that others do not need. */
export const RETENTION_SETTINGS = {
  mailRetention: {
    variable: 'PATCHWORK_MAIL_RETENTION',
    meaning: 'number of days for which the journal keeps raw mail; failed mail has a separate setting',
    form: 'a number of days, or forever',
    fallback: '90',
    parse: parseDays,
  },
  earlyReplies: {
    variable: 'PATCHWORK_EARLY_REPLIES',
    meaning: 'number of days for which a reply that arrived before its patch waits for it',
    form: 'a number of days, or forever',
    fallback: '7',
    parse: parseDays,
  },
  failedMailRetention: {
    variable: 'PATCHWORK_FAILED_MAIL_RETENTION',
    meaning: 'number of days for which the journal keeps failed mail',
    form: 'a number of days, or forever',
    fallback: '365',
    parse: parseDays,
  },
  changeRetention: {
    variable: 'PATCHWORK_CHANGE_RETENTION',
    meaning: 'number of days for which changes of patches and series are listed and can be undone',
    form: 'a number of days, or forever',
    fallback: '730',
    parse: parseDays,
  },
  checkRetention: {
    variable: 'PATCHWORK_CHECK_RETENTION',
    meaning:
      'number of days for which a check is kept after a newer one of the same patch, context and user replaced it',
    form: 'a number of days, or forever',
    fallback: 'forever',
    parse: parseDays,
  },
} satisfies Record<string, Setting<number>>

function parseDays(text: string): number | undefined {
  return text === 'forever' ? Infinity : parseNumber(text, 1, 36_500)
}
