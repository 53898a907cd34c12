import type { ComponentChildren } from 'preact'
import { BUNDLE_FIELD, PROJECT_FIELD } from '../framework/form-place.js'
import { formToken, type RequestContext } from '../framework/request-context.js'

interface FormProps {
  context: RequestContext
  /** The path that it is sent to. */
  action: string
  class?: string
  children: ComponentChildren
}

/** A form that changes something, with its CSRF token. */
export function Form({ context, action, class: name, children }: FormProps) {
  return (
    <form method="post" action={action} class={name}>
      <input type="hidden" name="csrf" value={formToken(context)} />
      <PlaceFields context={context} />
      {children}
    </form>
  )
}

/** The object of the page, by id: its URL may change before the form is sent. */
function PlaceFields({ context: { request, projects, bundleId } }: Pick<FormProps, 'context'>) {
  const { project: linkName } = (request.params ?? {}) as { project?: string }
  const project = projects.find(({ link_name }) => link_name === linkName)
  return (
    <>
      {project && <input type="hidden" name={PROJECT_FIELD} value={project.id} />}
      {bundleId !== undefined && <input type="hidden" name={BUNDLE_FIELD} value={bundleId} />}
    </>
  )
}

interface FieldProps {
  name: string
  label: string
  /** One short sentence, where the field is not plain. */
  help?: ComponentChildren
  /** The problem with the submitted value. */
  error?: string | undefined
}

interface TextFieldProps extends FieldProps {
  value?: string | undefined
  type?: 'text' | 'email' | 'password' | 'number' | 'url' | 'search'
  isRequired?: boolean
  max?: number
  autocomplete?: string
}

/** The address of the person who fills the form in. */
export function EmailField(props: Pick<TextFieldProps, 'value' | 'error' | 'help'>) {
  return (
    <TextField {...props} name="email" label="Mail address" type="email" isRequired autocomplete="email" />
  )
}

/** One line of text. */
export function TextField(props: TextFieldProps) {
  const { name, value, isRequired, max, autocomplete } = props
  // Preact's types know each kind of input by itself; ours have all of their attributes in common.
  const type = (props.type ?? 'text') as 'text'
  return (
    <Labelled {...props}>
      <input
        id={name}
        name={name}
        type={type}
        value={value}
        required={isRequired}
        maxLength={max}
        autoComplete={autocomplete}
        dir={props.type === 'password' ? undefined : 'auto'}
        {...describedBy(props)}
      />
    </Labelled>
  )
}

/** One of a few values. */
export function SelectField(
  props: FieldProps & {
    value: string
    choices: readonly { readonly value: string; readonly label: string }[]
  },
) {
  const { name, value: chosen, choices } = props
  return (
    <Labelled {...props}>
      <select id={name} name={name} {...describedBy(props)}>
        {choices.map(({ value, label }) => (
          <option value={value} selected={value === chosen}>
            {label}
          </option>
        ))}
      </select>
    </Labelled>
  )
}

/** Yes or no; a box that is not ticked is not sent. */
export function CheckField(props: FieldProps & { isChecked: boolean }) {
  const { name, label, isChecked } = props
  return (
    <div class="field">
      <label class="check">
        <input type="checkbox" name={name} value="on" checked={isChecked} {...describedBy(props)} /> {label}
      </label>
      <Notes {...props} />
    </div>
  )
}

function Labelled(props: FieldProps & { children: ComponentChildren }) {
  return (
    <div class="field">
      <label for={props.name}>{props.label}</label>
      {props.children}
      <Notes {...props} />
    </div>
  )
}

function Notes({ name, help, error }: FieldProps) {
  return (
    <>
      {help && (
        <small id={`${name}-help`} class="help">
          {help}
        </small>
      )}
      {error && (
        <strong id={`${name}-error`} class="problem">
          {error}
        </strong>
      )}
    </>
  )
}

function describedBy({ name, help, error }: FieldProps): object {
  const ids = [help && `${name}-help`, error && `${name}-error`].filter(Boolean).join(' ')
  return { ...(ids ? { 'aria-describedby': ids } : {}), ...(error ? { 'aria-invalid': 'true' } : {}) }
}
