import type { ComponentChildren, VNode } from 'preact'
import { canAdminister } from '../../auth/permissions.js'
import type { Project } from '../../domain/projects/queries.js'
import { assetPath } from '../../server/assets.js'
import { loginPath } from '../framework/login-path.js'
import type { RequestContext } from '../framework/request-context.js'
import { Form } from './form.js'
import { UndoForm } from './undo-form.js'

/** The part of a project that a page belongs to. */
export type Section = 'patches' | 'bundles' | 'about'

interface LayoutProps {
  context: RequestContext
  title: string
  project?: Project | undefined
  section?: Section
  /** Scripts of `static/` that this page has besides those of all. */
  scripts?: readonly string[]
  /** Style sheets of `static/`, likewise. */
  styles?: readonly string[]
  /** Addresses of Atom feeds by title. */
  feeds?: Readonly<Record<string, string>>
  children?: ComponentChildren
}

/** The frame of every page. */
export function Layout(props: LayoutProps) {
  const { context, title, project, section, scripts = [], styles = [], feeds = {}, children } = props
  return (
    <html lang="en" {...(context.theme ? { 'data-theme': context.theme } : {})}>
      <head>
        <meta charset="utf-8" />
        <title>{`${title} · ${project ? `${project.name} · ` : ''}Patchwork`}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <link rel="icon" type="image/svg+xml" href={assetPath('favicon.svg')} />
        {['style.css', ...styles].map((name) => (
          <link rel="stylesheet" href={assetPath(name)} />
        ))}
        {Object.entries(feeds).map(([name, href]) => (
          <link rel="alternate" type="application/atom+xml" title={name} href={href} />
        ))}
        {['theme.js', 'keyboard.js', 'place.js', 'list-links.js', ...scripts].map((name) => (
          <script type="module" src={assetPath(name)} />
        ))}
      </head>
      <body>
        <a class="skip" href="#content">
          Skip to content
        </a>
        <Header context={context} project={project} section={section} />
        <main id="content">
          <FlashMessage context={context} />
          {children}
        </main>
        <Footer context={context} />
      </body>
    </html>
  )
}

interface HeaderProps {
  context: RequestContext
  project: Project | undefined
  section: Section | undefined
}

function Header({ context, project, section }: HeaderProps) {
  return (
    <header class="top">
      <a class="brand" href="/">
        Patchwork
      </a>
      {project && (
        <>
          <a class="project" href={`/project/${project.link_name}/list/`}>
            <bdi>{project.name}</bdi>
          </a>
          <nav class="sections" aria-label="Project">
            {sections(project).map(([name, label, href]) => (
              <a href={href} aria-current={name === section ? 'page' : undefined}>
                {label}
              </a>
            ))}
          </nav>
        </>
      )}
      <Search context={context} project={project} />
      <Account context={context} />
    </header>
  )
}

function sections({ link_name }: Project): [Section, string, string][] {
  const base = `/project/${link_name}`
  return [
    ['patches', 'Patches', `${base}/list/`],
    ['bundles', 'Bundles', `${base}/bundles/`],
    ['about', 'About this project', `${base}/`],
  ]
}

/** Finds mails, people and files, of the project that the page belongs to or of all. */
function Search({ context, project }: { context: RequestContext; project: Project | undefined }) {
  return (
    <search>
      <form action="/search/">
        <input
          type="search"
          name="q"
          placeholder="Search"
          aria-label="Search by message id, address, subject, number, person or file"
          title="Message id, address, subject, number, person or file"
          aria-keyshortcuts="/"
          value={context.query.get('q') ?? ''}
          dir="auto"
        />
        {project && <input type="hidden" name="project" value={project.link_name} />}
      </form>
    </search>
  )
}

/** The menu of the user, or the links to log in. */
function Account({ context }: { context: RequestContext }): VNode {
  const { viewer, todo } = context
  if (!viewer)
    return (
      <nav class="account" aria-label="Account">
        <a href={loginHref(context)}>Login</a>
        <a href="/register/">Register</a>
        <a href="/mail/">Mail settings</a>
      </nav>
    )
  return (
    <nav class="account" aria-label="Account">
      <a class="count" href="/user/todo/" title={`${todo} patches wait for you`}>
        {todo > 999 ? '999+' : todo}
        <span class="hidden"> to do</span>
      </a>
      <details class="menu">
        <summary>
          <bdi>{viewer.username}</bdi>
        </summary>
        <div>
          <a href="/user/todo/">To do</a>
          <a href="/user/bundles/">Bundles</a>
          <a href="/user/">Profile</a>
          <a href="/mail/">Mail settings</a>
          {canAdminister(viewer) && <a href="/admin/">Administration</a>}
          <Form context={context} action="/user/logout/">
            <button class="link">Log out</button>
          </Form>
        </div>
      </details>
    </nav>
  )
}

/** The login leads back to where one is, if that is a page to be on then. */
function loginHref({ request, path }: RequestContext): string {
  const isPlace =
    (request.method === 'GET' || request.method === 'HEAD') && !/^\/(?:user|register|confirm)\//.test(path)
  return isPlace ? loginPath(request.url) : '/user/login/'
}

/** The result of the previous action, with its undo. */
function FlashMessage({ context }: { context: RequestContext }) {
  const { message, viewer } = context
  if (!message) return null
  const { text, isProblem, change } = message
  return (
    <div class="flash" data-problem={isProblem || undefined}>
      <p class="message" role={isProblem ? 'alert' : 'status'}>
        {text}
      </p>
      {viewer && change !== undefined && <UndoForm context={context} change={change} />}
    </div>
  )
}

const THEMES = [
  ['', 'System'],
  ['light', 'light'],
  ['dark', 'dark'],
] as const

function Footer({ context }: { context: RequestContext }) {
  return (
    <footer>
      <span>
        <a href="/about/">About Patchwork</a> · <a href="/about/contributors/">Help</a> ·{' '}
        <a href="/api/">API</a>
        <span class="keys-hint" hidden>
          {' '}
          · <kbd>?</kbd> for keys
        </span>
      </span>
      <form method="post" action="/theme/">
        <label for="theme">Theme</label>
        <select id="theme" name="theme">
          {THEMES.map(([value, text]) => (
            <option value={value} selected={value === (context.theme ?? '')}>
              {text}
            </option>
          ))}
        </select>
        <input type="hidden" name="next" value={context.request.url} />
        <button>Set</button>
      </form>
    </footer>
  )
}
