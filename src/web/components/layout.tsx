import type { ComponentChildren, VNode } from 'preact'
import type { Project } from '../../store/project.js'
import { assetPath } from '../../http/assets.js'
import type { Visit } from '../visit.js'

export type Section = 'patches' | 'about'

interface LayoutProps {
  visit: Visit
  title: string
  project?: Project | undefined
  section?: Section
  /** Scripts of `static/` that this page has besides those of all. */
  scripts?: readonly string[]
  /** Style sheets of `static/`, likewise. */
  styles?: readonly string[]
  /** Addresses of Atom feeds, by what they are called. */
  feeds?: Readonly<Record<string, string>>
  children?: ComponentChildren
}

/** The frame of every page. */
export function Layout(props: LayoutProps) {
  const { visit, title, project, section, scripts = [], styles = [], feeds = {}, children } = props
  return (
    <html lang="en" {...(visit.theme ? { 'data-theme': visit.theme } : {})}>
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
        {['theme.js', ...scripts].map((name) => (
          <script type="module" src={assetPath(name)} />
        ))}
      </head>
      <body>
        <a class="skip" href="#content">
          Skip to content
        </a>
        <Header visit={visit} project={project} section={section} />
        <main id="content">{children}</main>
        <Footer />
      </body>
    </html>
  )
}

interface HeaderProps {
  visit: Visit
  project: Project | undefined
  section: Section | undefined
}

function Header({ visit, project, section }: HeaderProps) {
  return (
    <header class="top">
      <a class="brand" href="/">
        Patchwork
      </a>
      {project && (
        <>
          <a class="project" href={`/project/${project.link_name}/`} dir="auto">
            {project.name}
          </a>
          <nav aria-label="Project">
            {sections(project).map(([name, label, href]) => (
              <a href={href} {...(name === section ? { 'aria-current': 'page' } : {})}>
                {label}
              </a>
            ))}
          </nav>
          <search>
            <form action={`/project/${project.link_name}/list/`}>
              <input
                type="search"
                name="q"
                placeholder="Search patches"
                aria-label="Search patches"
                value={visit.query.get('q') ?? ''}
              />
              <input type="hidden" name="state" value="*" />
              <input type="hidden" name="archive" value="both" />
            </form>
          </search>
        </>
      )}
      <Account visit={visit} />
    </header>
  )
}

function sections({ link_name }: Project): [Section, string, string][] {
  const base = `/project/${link_name}`
  return [
    ['patches', 'Patches', `${base}/list/`],
    ['about', 'About', `${base}/`],
  ]
}

/** Who is logged in and what is theirs, or the ways to log in. */
function Account({ visit }: { visit: Visit }): VNode {
  const { viewer, todo } = visit
  if (!viewer)
    return (
      <nav class="account" aria-label="Account">
        <a href="/user/login/">Login</a>
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
        <summary>{viewer.username}</summary>
        <div>
          <a href="/user/todo/">To do</a>
          <a href="/user/bundles/">Bundles</a>
          <a href="/user/">Profile</a>
        </div>
      </details>
    </nav>
  )
}

function Footer() {
  return (
    <footer>
      <span>
        <a href="/about/">Patchwork</a> · <a href="/api/">API</a>
      </span>
      <label hidden>
        Colours{' '}
        <select id="theme">
          <option value="">of the system</option>
          <option value="light">light</option>
          <option value="dark">dark</option>
        </select>
      </label>
    </footer>
  )
}
