import type { Version } from '../../domain/topics/versions.js'

interface VersionFormProps {
  /** Those to choose from, in order. */
  versions: readonly Version[]
  /** What they are called, by id. */
  labels: ReadonlyMap<number, string>
  /** The chosen ones. */
  from: number
  to: number
}

/** The choice of two versions to compare; nothing if there is only one. */
export function VersionForm({ versions, labels, from, to }: VersionFormProps) {
  if (versions.length < 2) return null
  return (
    <form class="actions" action={`/series/${to}/diff/`}>
      <VersionField name="from" label="Compare" versions={versions} labels={labels} chosen={from} />
      <VersionField name="to" label="with" versions={versions} labels={labels} chosen={to} />
      <button>Show what changed</button>
    </form>
  )
}

interface VersionFieldProps extends Pick<VersionFormProps, 'versions' | 'labels'> {
  name: string
  label: string
  chosen: number
}

function VersionField({ name, label, versions, labels, chosen }: VersionFieldProps) {
  return (
    <span class="pair">
      <label for={`v-${name}`}>{label}</label>
      <select id={`v-${name}`} name={name}>
        {versions.map(({ id }) => (
          <option value={id} selected={id === chosen}>
            {labels.get(id)}
          </option>
        ))}
      </select>
    </span>
  )
}
