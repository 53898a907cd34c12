import type { VNode } from 'preact'
import type { UserContext } from '../framework/auth-guard.js'
import type { Field, Sent } from '../framework/fields.js'
import { Fields } from '../ui/fields.js'
import { Form } from '../ui/form.js'
import { Layout } from '../ui/layout.js'

interface AddPageProps {
  readonly context: UserContext
  /** Such as "Add a project". */
  readonly title: string
  readonly action: string
  readonly fields: readonly Field[]
  readonly sent: Sent
}

/** A page with the form for a new object. */
export function AddPage({ context, title, action, fields, sent }: AddPageProps): VNode {
  return (
    <Layout context={context} title={title} styles={['account.css', 'admin.css']}>
      <div class="entry">
        <h1>{title}</h1>
        <Form context={context} action={action}>
          <Fields fields={fields} sent={sent} />
          <div class="actions">
            <button class="main">Add</button>
          </div>
        </Form>
      </div>
    </Layout>
  )
}
