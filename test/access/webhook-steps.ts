/** What is done to webhooks by the API and by commands, and the lines that it leaves in the audit trail. */

const HOOK = 'https://93.184.216.34/hook'

const API = '/api/projects/lamps/webhooks/'

export const WEBHOOK_REQUESTS = [
  ['POST', API, { address: HOOK }],
  ['PATCH', `${API}1/`, { active: false }],
  ['POST', `${API}1/rotate/`, {}],
  ['POST', `${API}1/deliveries/1/resend/`, {}],
  ['DELETE', `${API}1/`, undefined],
] as const

export const WEBHOOK_LINES = [
  `add webhook ${HOOK}`,
  `change webhook ${HOOK}`,
  `change webhook ${HOOK}`,
  `retry webhook ${HOOK}`,
  `remove webhook ${HOOK}`,
] as const

export const WEBHOOK_COMMANDS: readonly (readonly [argv: readonly string[], ...lines: string[]])[] = [
  [['webhook', 'add', 'lamps', HOOK], `add webhook ${HOOK}`],
  [['webhook', 'list', 'lamps']],
  [['webhook', 'change', 'lamps', '1', '--categories', 'patch-created'], `change webhook ${HOOK}`],
  [['webhook', 'rotate', 'lamps', '1'], `change webhook ${HOOK}`],
  [['webhook', 'deliveries', 'lamps', '1']],
  [['webhook', 'resend', 'lamps', '1', '1'], `retry webhook ${HOOK}`],
  [['webhook', 'remove', 'lamps', '1'], `remove webhook ${HOOK}`],
]
