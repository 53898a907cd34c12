import { SqliteQueryCompiler } from 'kysely'
import { Placeholder } from '../placeholder.js'

/**
 * SQLite looks at the value of a parameter that a column is compared with, or that limits a list, and so compiles the
 * statement anew whenever a value is bound, which takes ten times as long as reading a row by its number. It does not
 * look behind an operator: `+?` is the same value, and the plan stays.
 */
export class PlanKeepingCompiler extends SqliteQueryCompiler {
  protected override appendValue(value: unknown): void {
    if (value instanceof Placeholder && !value.isWeighed) this.append('+')
    super.appendValue(value)
  }
}
