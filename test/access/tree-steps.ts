/** What is done to the trees of a project, and the lines of the audit trail that it leaves. */

const TREE = 'https://git.example.org/lamps.git'
const SETTINGS = '/project/lamps/settings/'

export const TREE_LINES = [`add tree ${TREE}`, `remove tree ${TREE}`] as const

export const TREE_STEPS: readonly (readonly [string, Record<string, string>, string])[] = [
  [`${SETTINGS}trees/`, { tree_url: TREE, tree_branch: 'next', tree_state: '3' }, TREE_LINES[0]],
  [`${SETTINGS}trees/1/remove/`, {}, TREE_LINES[1]],
]

export const TREE_REQUESTS = [
  ['POST', '/api/projects/lamps/trees/', { url: TREE, state: 'accepted' }],
  ['DELETE', '/api/projects/lamps/trees/2/', undefined],
] as const

export const TREE_COMMANDS: readonly (readonly [string[], ...string[]])[] = [
  [['tree', 'add', 'lamps', TREE, '--branch', 'next'], TREE_LINES[0]],
  [['tree', 'list', 'lamps']],
  [['tree', 'remove', 'lamps', '1'], TREE_LINES[1]],
]
