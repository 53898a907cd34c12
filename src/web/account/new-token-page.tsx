import type { ComponentChildren } from 'preact'
import type { UserContext } from '../framework/auth-guard.js'
import { Layout } from '../ui/layout.js'

interface NewTokenPageProps {
  context: UserContext
  title: string
  secret: string
  /** What the secret is called. */
  label?: string
  /** What it is for, in a sentence. */
  note?: string
  /** How programs send it. */
  children: ComponentChildren
  /** The page that it was made on, and the text of the link there. */
  back: readonly [path: string, text: string]
}

/** Shows a new API token or another secret, once. */
export function NewTokenPage({
  context,
  title,
  secret,
  label = 'API token',
  note,
  children,
  back,
}: NewTokenPageProps) {
  const [path, text] = back
  return (
    <Layout context={context} title={title} styles={['account.css']} scripts={['copy.js']}>
      <div class="entry">
        <h1>{title}</h1>
        <p>Copy it now: it is shown only once.{note && ` ${note}`}</p>
        <p class="actions">
          <input
            id="token"
            class="mono"
            value={secret}
            readOnly
            size={secret.length + 2}
            aria-label={label}
          />
          <button type="button" data-copies="token" hidden>
            Copy
          </button>
        </p>
        {children}
        <p>
          <a href={path}>{text}</a>
        </p>
      </div>
    </Layout>
  )
}
