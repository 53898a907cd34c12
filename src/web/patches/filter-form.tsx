import type { ComponentChildren } from 'preact'
import type { State } from '../../domain/states/queries.js'
import type { KeptParts } from '../framework/kept-parts.js'
import { type ListQuery, PAGE_SIZES } from '../framework/list-query.js'
import { ChecksChoice } from '../ui/checks.js'
import type { Condition } from './filter.js'

/** What the bar shows of a list. */
export interface FilteredList {
  /** The path of its page, without query. */
  readonly path: string
  readonly query: ListQuery
  readonly conditions: readonly Condition[]
  readonly states: readonly State[]
}

interface FilterBarProps {
  list: FilteredList
  parts: KeptParts
  /** How many rows the list has, in words. */
  total: string
  /** The choice of what the list shows. */
  children?: ComponentChildren
}

/** Shows the conditions of the list, with links to remove each, and the form to change them. */
export function FilterBar({ list, parts, total, children }: FilterBarProps) {
  return (
    <section class="filter" aria-label="Filter">
      <details>
        <summary>Show patches with</summary>
        {parts(0, () => (
          <FilterForm list={list} />
        ))}
      </details>
      {list.conditions.map((condition) => (
        <ConditionLabel condition={condition} />
      ))}
      <span class="total">{total}</span>
      {children}
    </section>
  )
}

function ConditionLabel({ condition: { name, value, without, href } }: { condition: Condition }) {
  const words = <b dir="auto">{value}</b>
  return (
    <span class="condition">
      {name} = {href ? <a href={href}>{words}</a> : words}
      {without !== undefined && (
        <a class="without" href={without} aria-label={`Without ${name}`} title={`Without ${name}`}>
          ⊖
        </a>
      )}
    </span>
  )
}

function FilterForm({ list: { path, query, states } }: { list: FilteredList }) {
  const [order, view] = [query.values.get('order'), query.values.get('view')]
  return (
    <form action={path}>
      {view && <input type="hidden" name="view" value={view} />}
      <Text query={query} name="series" label="Series" hint="number" />
      <Text query={query} name="submitter" label="Submitter" hint="name, address or number" completes />
      <Line name="state" label="State">
        <StateChoice value={query.values.get('state') ?? ''} states={states} />
      </Line>
      <Text query={query} name="q" label="Search" hint="words of the subject" />
      <Archived value={query.values.get('archive') ?? ''} />
      <Text query={query} name="delegate" label="Delegate" hint="name, number, or - for nobody" completes />
      <Line name="checks" label="Checks">
        <ChecksChoice id="f-checks" value={query.values.get('checks')} />
      </Line>
      <Line name="per_page" label="Rows">
        <select id="f-per_page" name="per_page">
          <option value="">as set in the profile</option>
          {PAGE_SIZES.map((size) => (
            <option value={size} selected={query.values.get('per_page') === String(size)}>
              {size}
            </option>
          ))}
        </select>
      </Line>
      {order && <input type="hidden" name="order" value={order} />}
      <p>
        <button class="main">Apply</button> <a href={path}>Reset</a>
      </p>
      <p class="help">
        Action Required: all <a href="/about/contributors/#states">states</a> that still need action.
        Archived: hidden from lists by default, in any state.
      </p>
    </form>
  )
}

interface TextProps {
  query: ListQuery
  name: string
  label: string
  hint: string
  /** Whether `/NAME/?q=` knows what might be meant. */
  completes?: boolean
}

function Text({ query, name, label, hint, completes = false }: TextProps) {
  return (
    <Line name={name} label={label}>
      <input
        id={`f-${name}`}
        name={name}
        value={query.values.get(name)}
        placeholder={hint}
        dir="auto"
        autoComplete="off"
        data-completes={completes ? `/${name}/` : undefined}
      />
    </Line>
  )
}

function Line({ name, label, children }: { name: string; label: string; children: ComponentChildren }) {
  return (
    <div>
      <label for={`f-${name}`}>{label}</label>
      {children}
    </div>
  )
}

function StateChoice({ value, states }: { value: string; states: readonly State[] }) {
  return (
    <select id="f-state" name="state">
      <option value="*" selected={value === '*'}>
        any
      </option>
      <option value="" selected={value === ''}>
        Action Required
      </option>
      {states.map(({ id, name, slug }) => (
        <option value={id} selected={value === String(id) || value === slug}>
          {name}
        </option>
      ))}
    </select>
  )
}

const ARCHIVED = [
  ['', 'No'],
  ['true', 'Yes'],
  ['both', 'Both'],
] as const

function Archived({ value }: { value: string }) {
  const known = ARCHIVED.some(([each]) => each === value) ? value : ''
  return (
    <fieldset>
      <legend>Archived</legend>
      {ARCHIVED.map(([each, text]) => (
        <label>
          <input type="radio" name="archive" value={each} checked={each === known} /> {text}
        </label>
      ))}
    </fieldset>
  )
}
