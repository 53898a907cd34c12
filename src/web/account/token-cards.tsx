import { SCOPES, type Scope } from '../../auth/permissions.js'
import type { Project } from '../../domain/projects/queries.js'
import type { Token } from '../../domain/tokens/queries.js'
import { MAX_NAME } from '../../domain/tokens/rules.js'
import type { UserContext } from '../framework/auth-guard.js'
import type { Sent } from '../framework/fields.js'
import { ActionTitle } from '../ui/action-title.js'
import { DateTime } from '../ui/date.js'
import { CheckField, Form, TextField } from '../ui/form.js'

/** The parts of the page of an account's tokens. */

const MEANINGS: Readonly<Record<Scope, string>> = {
  read: 'read: users, people and private bundles; all that is public needs no scope',
  checks: 'checks: post checks',
  states: 'states: change states, delegates and archive flags of patches',
  comments: 'comments: mark comments as addressed',
  notes: 'notes: write notes',
  bundles: 'bundles: make and change bundles',
  webhooks: 'webhooks: set up webhooks',
  admin: 'admin: change projects, accounts and tokens',
}

interface Props {
  context: UserContext
  /** Where the page is. */
  path: string
}

export function TokenTable({
  context,
  path,
  tokens,
  projects,
}: Props & { tokens: readonly Token[]; projects: readonly Project[] }) {
  if (tokens.length === 0) return <p>There are none yet.</p>
  return (
    <table class="list tokens">
      <thead>
        <tr>
          <th>Name</th>
          <th>Scopes</th>
          <th class="wide">Limits</th>
          <th class="narrow">Expires</th>
          <th class="narrow wide">Last used</th>
          <th class="narrow wide">Made by</th>
          <ActionTitle />
        </tr>
      </thead>
      <tbody>
        {tokens.map((token) => (
          <TokenLine context={context} path={path} token={token} projects={projects} />
        ))}
      </tbody>
    </table>
  )
}

function TokenLine({
  context,
  path,
  token,
  projects,
}: Props & { token: Token; projects: readonly Project[] }) {
  const { id, name, scopes, expires, lastUsed, madeBy } = token
  const isExpired = expires !== null && expires <= context.now
  return (
    <tr>
      <td>
        <bdi>{name}</bdi>
      </td>
      <td>{scopes?.join(', ') ?? 'all'}</td>
      <td class="wide">{limitsOf(token, projects)}</td>
      <td class="narrow">
        {expires === null ? 'never' : <DateTime time={expires} isShort />}
        {isExpired && <small class="help">expired</small>}
      </td>
      <td class="narrow wide">{lastUsed === null ? 'never' : <DateTime time={lastUsed} isShort />}</td>
      <td class="narrow wide">
        <bdi>{madeBy}</bdi>
      </td>
      <td class="narrow">
        {!isExpired && (
          <Form context={context} action={`${path}${id}/rotate/`}>
            <button aria-label={`Rotate the token ${name}`}>Rotate</button>
          </Form>
        )}
        <Form context={context} action={`${path}${id}/revoke/`}>
          <button aria-label={`Revoke the token ${name}`}>Revoke</button>
        </Form>
      </td>
    </tr>
  )
}

function limitsOf({ projects: ids, contexts }: Token, projects: readonly Project[]): string {
  const names = ids?.map(
    (id) => projects.find((project) => project.id === id)?.link_name ?? 'a removed project',
  )
  const limits = [
    ...(names ? [`projects: ${names.join(', ')}`] : []),
    ...(contexts ? [`contexts: ${contexts.join(', ')}`] : []),
  ]
  return limits.join('; ') || 'none'
}

export function NewTokenForm({ context, path, sent }: Props & { sent?: Sent | undefined }) {
  const field = (name: string) => ({
    name,
    value: sent?.values[name] === undefined ? undefined : String(sent.values[name]),
    error: sent?.problems[name],
  })
  return (
    <Form context={context} action={path}>
      <TextField {...field('name')} label="What it is for" isRequired max={MAX_NAME} autocomplete="off" />
      <fieldset>
        <legend>What it may do</legend>
        {sent?.problems.scopes && <strong class="problem">{sent.problems.scopes}</strong>}
        {SCOPES.map((scope) => (
          <CheckField
            name={`scope-${scope}`}
            label={MEANINGS[scope]}
            isChecked={sent?.values[`scope-${scope}`] === 'on'}
          />
        ))}
      </fieldset>
      <TextField
        {...field('projects')}
        label="Projects"
        help="Link names, separated by spaces; empty for all."
        autocomplete="off"
      />
      <TextField
        {...field('contexts')}
        label="Contexts of checks"
        help="Such as build-*, separated by spaces; empty for all."
        autocomplete="off"
      />
      <TextField
        {...field('expires')}
        label="Expires on"
        help="Such as 2027-06-30; empty for never."
        autocomplete="off"
      />
      <button class="main">Make token</button>
    </Form>
  )
}
