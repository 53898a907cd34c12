/** The rules by which a project changes patches by itself; no database. */

/** What rules do: nothing, suggest changes to people, or make them. */
export const MODES = ['off', 'suggest', 'on'] as const

export type Mode = (typeof MODES)[number]

/** The rules, by the names that the records of changes have for them. */
export const RULES = ['superseded', 'accepted', 'archived'] as const

export type RuleName = (typeof RULES)[number]

/** The slug of the state that replaced patches get, if the installation has it. */
export const SUPERSEDED_SLUG = 'superseded'

/** Why the rule `superseded` cannot be turned on. */
export const NO_SUPERSEDED_STATE = `There is no state '${SUPERSEDED_SLUG}'; an administrator has to add it first.`

/** Range of the days after which a closed series is archived. */
export const MIN_ARCHIVE_DAYS = 1
export const MAX_ARCHIVE_DAYS = 3650

/** The settings of a project for its rules. */
export interface AutomationSettings {
  readonly auto_superseded: string
  readonly auto_accepted: string
  readonly auto_archived: string
}

/** What the rules do in a new project; projects that move over do nothing by themselves. */
export const RULES_OF_NEW = {
  auto_superseded: 'suggest',
  auto_accepted: 'suggest',
  auto_archived: 'suggest',
} as const satisfies AutomationSettings

/** What a rule does in a project; a value that is not known means nothing. */
export function modeOf(project: AutomationSettings, rule: RuleName): Mode {
  const value = project[`auto_${rule}`]
  return MODES.find((mode) => mode === value) ?? 'off'
}

/** What is wrong with a mode, as a sentence. */
export function checkMode(text: string): string | undefined {
  return (MODES as readonly string[]).includes(text) ? undefined : `This must be one of ${MODES.join(', ')}.`
}
