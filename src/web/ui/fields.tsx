import { MAX_TEXT } from '../../domain/rule.js'
import { type Field, type Sent, SHOWN } from '../framework/fields.js'
import { CheckField, SelectField, TextField } from './form.js'

/**
 * Form fields with their values and errors; hidden fields have the values when the form was shown, so that only
 * changes are written and conflicts are detected.
 */
export function Fields({ fields, sent }: { fields: readonly Field[]; sent: Sent }) {
  return (
    <>
      {fields.map((field) => (
        <OneField field={field} value={sent.values[field.name]} error={sent.problems[field.name]} />
      ))}
      {Object.entries(sent.shown ?? {}).map(([name, value]) => (
        <input type="hidden" name={SHOWN + name} value={String(value)} />
      ))}
    </>
  )
}

interface OneProps {
  field: Field
  value: string | number | undefined
  error: string | undefined
}

function OneField({ field, value = '', error }: OneProps) {
  const { name, label, kind, help, isRequired = false, max = MAX_TEXT } = field
  const common = { name, label, error, ...(help === undefined ? {} : { help }) }
  if (kind === 'choice')
    return <SelectField {...common} value={String(value)} choices={field.choices ?? []} />
  if (kind === 'flag') return <CheckField {...common} isChecked={value === 1} />
  return (
    <TextField
      {...common}
      value={String(value)}
      type={kind === 'number' ? 'number' : 'text'}
      isRequired={isRequired}
      autocomplete={field.autocomplete ?? 'off'}
      {...(kind === 'number' ? {} : { max })}
    />
  )
}
