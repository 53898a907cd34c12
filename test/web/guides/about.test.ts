import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { describePages } from '../support.js'

const GUIDES = [
  '/about/contributors/',
  '/about/from-v1-to-merged/',
  '/about/maintainers/',
  '/about/api/',
  '/about/bots/',
]

const { version, files } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, unknown>

function linksIn(body: string): string[] {
  return [...body.matchAll(/<a [^>]*href="([^"]*)"/g)].map(([, href]) => href as string)
}

describePages('what this is', (pages) => {
  it('says its version and those of the API, and leads to the guides', async () => {
    const { status, body } = await pages.get('/about/')
    expect(status).toBe(200)
    expect(body).toContain(`<td>${version as string}</td>`)
    const links = linksIn(body)
    expect(links).toEqual(
      expect.arrayContaining([...GUIDES, '/api/docs/', '/api/1.0/docs/', '/api/1.4/docs/']),
    )
  })

  it('is led to from every page, from that of a project, and from where help was of old', async () => {
    expect(linksIn((await pages.get('/user/login/')).body)).toContain('/about/')
    const links = linksIn((await pages.get('/project/lamps/')).body)
    expect(links).toEqual(expect.arrayContaining(['/about/contributors/', '/about/maintainers/']))
    for (const old of ['/help/', '/help/about/']) {
      const { status, headers } = await pages.get(old)
      expect([status, headers.location]).toEqual([301, '/about/'])
    }
  })

  it('has guides of which every link leads somewhere, to its very heading', async () => {
    for (const guide of GUIDES)
      for (const link of linksIn((await pages.get(guide)).body)) {
        if (link === '#content' || /^https?:/.test(link)) continue
        const [path = '', anchor] = link.split('#')
        const { status, body } = await pages.get(path || guide, 'mira')
        // Some lead on, such as registration where one has logged in.
        expect.soft(status, `${guide}: ${link}`).toBeLessThan(400)
        if (anchor !== undefined) expect.soft(body, `${guide}: ${link}`).toContain(`id="${anchor}"`)
      }
  })

  it('comes with its guides wherever it is installed', () => {
    expect(files).toContain('docs')
    expect(readFileSync('deploy/Containerfile', 'utf8')).toMatch(/^COPY .*\/docs \.\/docs$/m)
  })

  it('tells crawlers what to leave, and has an icon', async () => {
    const robots = await pages.get('/robots.txt')
    expect([robots.status, robots.headers['content-type']]).toEqual([200, 'text/plain; charset=utf-8'])
    expect(robots.body).toContain('User-agent: *\nDisallow: /api/\n')
    const icon = await pages.get('/favicon.ico')
    expect([icon.status, icon.headers['content-type']]).toEqual([200, 'image/vnd.microsoft.icon'])
  })
})
