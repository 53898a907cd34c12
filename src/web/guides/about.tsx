import { VERSION } from '../../util/version.js'
import { type AppContext, addPage, type RequestContext } from '../framework/request-context.js'
import { Fact, Facts } from '../ui/fact.js'
import { Layout } from '../ui/layout.js'
import { GUIDE_PATHS, type Guide, readGuides } from './guides.js'

/** What this is, and the guides. `versions` are those of the API, the oldest first. */
export function addAboutPages(appContext: AppContext, versions: readonly string[]): void {
  const guides = readGuides()
  addPage(appContext, '/about/', async (context) => (
    <About context={context} guides={guides()} versions={versions} />
  ))
  for (const path of GUIDE_PATHS)
    addPage(appContext, path, async (context) => {
      const guide = guides().find((each) => each.path === path) as Guide
      return <GuidePage context={context} guide={guide} guides={guides()} />
    })
}

interface AboutProps {
  context: RequestContext
  guides: readonly Guide[]
  versions: readonly string[]
}

function About({ context, guides, versions }: AboutProps) {
  return (
    <Layout context={context} title="About Patchwork" styles={['guide.css']}>
      <article class="guide">
        <h1>About Patchwork</h1>
        <p>
          Patchwork tracks patches that are sent to mailing lists. It collects each patch with its discussion,
          and shows its state and who is responsible for it. Development itself happens by mail: to take part,
          send your patch to the list of a <a href="/">project</a>.
        </p>
        <h2>Guides</h2>
        <ul>
          {guides.map(({ path, title }) => (
            <li>
              <a href={path}>{title}</a>
            </li>
          ))}
        </ul>
        <h2>For programs</h2>
        <p>
          Programs use the REST API. <a href="/api/docs/">Its documentation</a> describes every request and
          can send it.
        </p>
        <Facts>
          <Fact name="Patchwork">{VERSION}</Fact>
          <Fact name="API">
            {versions.map((version, index) => (
              <>
                {index > 0 && ', '}
                <a href={`/api/${version}/docs/`}>{version}</a>
              </>
            ))}
          </Fact>
        </Facts>
      </article>
    </Layout>
  )
}

function GuidePage({
  context,
  guide,
  guides,
}: {
  context: RequestContext
  guide: Guide
  guides: readonly Guide[]
}) {
  return (
    <Layout context={context} title={guide.title} styles={['guide.css']}>
      <div class="beside">
        <nav class="contents" aria-label="Contents">
          <details open>
            <summary>Contents</summary>
            <ul>
              {guide.chapters.map(({ id, title }) => (
                <li>
                  <a href={`#${id}`}>{title}</a>
                </li>
              ))}
            </ul>
          </details>
          <ul class="others">
            {guides.map(({ path, title }) => (
              <li>
                <a href={path} aria-current={path === guide.path ? 'page' : undefined}>
                  {title}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        {/* A file of ours, which comes with the program. */}
        <article class="guide" dangerouslySetInnerHTML={{ __html: guide.html }} />
      </div>
    </Layout>
  )
}
