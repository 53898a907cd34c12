import { TAGS } from '../../domain/states/commands.js'
import { TAG_RULES } from '../../domain/states/rules.js'
import { listTags, type Tag } from '../../domain/tags/queries.js'
import type { TagChange } from '../../domain/tags/updates.js'
import type { Field, Values } from '../framework/fields.js'
import type { AppContext } from '../framework/request-context.js'
import { addCrudPages } from './crud-pages.js'

const FIELDS: readonly Field[] = [
  { name: 'name', label: 'Name', kind: 'text', isRequired: true, rule: TAG_RULES.name },
  {
    name: 'abbrev',
    label: 'Abbreviation',
    kind: 'text',
    isRequired: true,
    rule: TAG_RULES.abbrev,
    help: 'The column title of its counts in lists.',
  },
  {
    name: 'pattern',
    label: 'Pattern',
    kind: 'text',
    isRequired: true,
    rule: TAG_RULES.pattern,
    help: 'The start of its line in a mail (RE2), such as ^Acked-by:',
  },
  { name: 'show_column', label: 'Show in lists', kind: 'flag' },
]

/** The tags that are counted in mails. */
export function addTagPages(appContext: AppContext): void {
  addCrudPages<Tag, TagChange>(appContext, {
    path: '/admin/tags/',
    kind: 'tag',
    title: 'Tags',
    intro: (
      <>
        What is counted in patches and their comments. Mail that came before a change is counted again when a
        maintainer asks for it in the settings of the project, or by <code>patchwork retag</code>.
      </>
    ),
    fields: FIELDS,
    columns: ['Abbreviation', 'Pattern', 'In lists'],
    cells: ({ abbrev, pattern, show_column }) => [
      abbrev,
      <code>{pattern}</code>,
      show_column === 1 ? 'yes' : 'no',
    ],
    list: listTags,
    fresh: () => ({ show_column: 1 }),
    read: tagOf,
    table: TAGS,
    taken: 'Another tag has that abbreviation.',
  })
}

function tagOf({ name, abbrev, pattern, show_column }: Values) {
  return {
    name: String(name),
    abbrev: String(abbrev),
    pattern: String(pattern),
    show_column: Number(show_column),
  }
}
