import type { RecomputeKind, RecomputeTask } from '../../domain/recompute/tasks.js'
import type { UserContext } from '../framework/auth-guard.js'
import { DateTime } from '../ui/date.js'
import { Form } from '../ui/form.js'

interface CardProps {
  context: UserContext
  /** Of the settings. */
  path: string
  /** The newest of each kind. */
  tasks: readonly RecomputeTask[]
}

const KINDS: readonly (readonly [kind: RecomputeKind, button: string, help: string])[] = [
  ['retag', 'Recount tags', 'After a tag or its pattern was changed: in all patches and their comments.'],
  ['rehash', 'Recompute hashes', 'After an upgrade that asks for it. Programs find patches by these hashes.'],
]

/** The background work on all patches of a project, with its progress. */
export function RecomputeCard({ context, path, tasks }: CardProps) {
  return (
    <section class="card" id="rework">
      <h2>All patches</h2>
      {KINDS.map(([kind, button, help]) => (
        <Work context={context} path={path} kind={kind} task={tasks.find((task) => task.kind === kind)}>
          <button name="kind" value={kind}>
            {button}
          </button>{' '}
          <small class="help">{help}</small>
        </Work>
      ))}
    </section>
  )
}

interface WorkProps {
  context: UserContext
  path: string
  kind: RecomputeKind
  task: RecomputeTask | undefined
  children: preact.ComponentChildren
}

function Work({ context, path, kind, task, children }: WorkProps) {
  if (task && task.finished === null) return <Progress task={task} />
  return (
    <Form context={context} action={`${path}rework/`}>
      <p>{children}</p>
      {task?.finished && (
        <p id={`${kind}-done`}>
          Done <DateTime time={task.finished} />: {task.done} patches read, {task.changed} changed.
        </p>
      )}
    </Form>
  )
}

function Progress({ task: { kind, done, total, actor } }: { task: RecomputeTask }) {
  const what = kind === 'retag' ? 'Tags are being counted' : 'Hashes are being computed'
  return (
    <p>
      {what}, for <bdi>{actor}</bdi>: {done} of {total} patches.
      <br />
      <progress value={done} max={Math.max(total, done, 1)} aria-label={what} />
    </p>
  )
}
