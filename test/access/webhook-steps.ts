/** What is done to webhooks on pages, by the API and by commands, and the lines that it leaves in the audit trail. */

const HOOK = 'https://93.184.216.34/hook'

const API = '/api/projects/lamps/webhooks/'

export const WEBHOOK_REQUESTS = [
  ['POST', API, { address: HOOK }],
  ['PATCH', `${API}2/`, { active: false }],
  ['POST', `${API}2/rotate/`, {}],
  ['POST', `${API}2/deliveries/2/resend/`, {}],
  ['DELETE', `${API}2/`, undefined],
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

const PAGE = '/project/lamps/settings/webhooks/'

export const WEBHOOK_STEPS: readonly (readonly [
  path: string,
  fields: Record<string, string>,
  ...lines: string[],
])[] = [
  [PAGE, { address: HOOK, active: 'on' }, `add webhook ${HOOK}`],
  [`${PAGE}1/`, { address: HOOK, 'category-patch-created': 'on' }, `change webhook ${HOOK}`],
  [`${PAGE}1/rotate/`, {}, `change webhook ${HOOK}`],
  [`${PAGE}1/deliveries/1/resend/`, {}, `retry webhook ${HOOK}`],
  [`${PAGE}1/remove/`, {}, `remove webhook ${HOOK}`],
]
