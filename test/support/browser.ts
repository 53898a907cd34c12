import { existsSync } from 'node:fs'
import axe from 'axe-core'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { openSite, type Site, sessionCookie } from './site.js'

/**
 * Chromium's headless shell renders pages alike, without the windows, tabs and tool bars of the desktop's browser, which
 * are most of the work of a short test.
 */
const HEADLESS_SHELL = '/usr/bin/chromium-headless-shell'

/** Flags of a browser that makes requests only to the site. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
]

/** Of windows, in CSS pixels. */
export const SIZES = { wide: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } } as const

/** Longer than the busiest machine takes for anything that a page does. */
const HANG_MS = 300_000

export interface View {
  /** The user whose session the browser has; none if undefined. */
  as?: string | undefined
  /** False: a browser without JavaScript. */
  scripts?: boolean
  theme?: 'light' | 'dark'
  size?: keyof typeof SIZES
  /** A motion that would blur a picture is left out by default. */
  motion?: 'reduce' | 'no-preference'
  /** Whether it is to see how the server fails. */
  isFailing?: boolean
}

/** What tests of pages work with. */
export interface Stage {
  readonly site: Site
  readonly browser: Browser
  /** A page of a browser of its own; whatever goes wrong in it fails the test. */
  newPage(view?: View): Promise<Page>
}

/**
 * A site on demo data (or on what `open` makes) and a browser for all tests of a file. After each test its pages
 * are closed; errors of scripts, violations of the content-security policy, failed requests and requests to
 * anybody else fail it.
 */
export function useBrowser(open: () => Promise<Site> = () => openSite()): Stage {
  const stage = {} as { -readonly [K in keyof Stage]: Stage[K] }
  const problems: string[] = []
  const contexts: BrowserContext[] = []
  stage.newPage = async (view = {}) => {
    const context = await newContext(stage, view)
    contexts.push(context)
    const page = await context.newPage()
    watch(page, stage.site.base, problems, view.isFailing)
    return page
  }
  beforeAll(async () => {
    stage.site = await open()
    stage.browser = await chromium.launch({
      executablePath: existsSync(HEADLESS_SHELL) ? HEADLESS_SHELL : '/usr/bin/chromium',
      args: FLAGS,
      timeout: HANG_MS,
    })
  })
  afterAll(async () => {
    await stage.browser?.close()
    await stage.site?.close()
  })
  afterEach(async () => {
    for (const context of contexts.splice(0)) await context.close()
    expect(problems.splice(0)).toEqual([])
  })
  return stage
}

async function newContext({ browser, site }: Stage, view: View): Promise<BrowserContext> {
  const { as, scripts = true, theme = 'light', size = 'wide', motion = 'reduce' } = view
  const context = await browser.newContext({
    baseURL: site.base,
    viewport: SIZES[size],
    colorScheme: theme,
    javaScriptEnabled: scripts,
    reducedMotion: motion,
    permissions: ['clipboard-read', 'clipboard-write'],
  })
  // A busy machine is no fault: only what hangs is ended.
  context.setDefaultTimeout(HANG_MS)
  if (as !== undefined) {
    const [name = '', value = ''] = (await sessionCookie(site.db, as)).split('=')
    await context.addCookies([{ name, value, url: site.base, httpOnly: true, sameSite: 'Lax' }])
  }
  return context
}

/** Collects errors of a page. A 4xx response that the test itself requested is no error. */
function watch(page: Page, base: string, problems: string[], isFailing = false): void {
  page.on('pageerror', (error) => problems.push(`${page.url()}: ${error.message}`))
  page.on('console', (message) => {
    const isStatus = message.text().startsWith('Failed to load resource')
    if (message.type() === 'error' && !isStatus) problems.push(`${page.url()}: ${message.text()}`)
  })
  page.on('request', (request) => {
    if (!request.url().startsWith(`${base}/`) && !request.url().startsWith('data:'))
      problems.push(`${page.url()} asks for ${request.url()}`)
  })
  page.on('response', (response) => {
    if (
      (response.status() >= 500 && !isFailing) ||
      (response.status() >= 400 && response.url().includes('/static/'))
    )
      problems.push(`${response.url()} answers ${response.status()}`)
  })
}

interface Violation {
  id: string
  nodes: { html: string; failureSummary: string }[]
}

/** Fails with whatever axe finds wrong with a page, however small. */
export async function expectAccessible(page: Page): Promise<void> {
  // Evaluated by the debugger, so that the page's policy, which forbids foreign scripts, stays as it is.
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(axe.source)
  const { violations } = await page.evaluate<{ violations: Violation[] }>(
    'axe.run(document, { resultTypes: ["violations"] })',
  )
  expect(violations.map(describeViolation)).toEqual([])
}

function describeViolation({ id, nodes }: Violation): string {
  const first = nodes.slice(0, 3).map(({ html, failureSummary }) => `${html} ${failureSummary}`)
  return `${id}: ${first.join('; ')}`
}

/** Fails if the page is wider than its window: something sticks out. */
export async function expectFitting(page: Page): Promise<void> {
  const [content, window] = await page.evaluate<[number, number]>(
    '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
  )
  expect(content, `${page.url()} is wider than its window`).toBeLessThanOrEqual(window)
}
