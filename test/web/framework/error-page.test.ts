import { afterAll, expect, it, vi } from 'vitest'
import * as figures from '../../../src/web/projects/figures.js'
import { describePages } from '../support.js'

const readFigures = vi.spyOn(figures, 'readFigures').mockRejectedValue(new Error('the oil is gone'))
afterAll(() => readFigures.mockRestore())

describePages('pages that tell what went wrong', (pages) => {
  it('name the request where it was our fault, and no more', async () => {
    const { status, headers, body } = await pages.get('/project/lamps/')
    expect(status).toBe(500)
    expect(body).toContain('<h1>Something went wrong</h1>')
    expect(body).toContain(`<code>${headers['x-request-id'] as string}</code>`)
    expect(body).not.toContain('oil')
  })

  it('name no request where nothing is there', async () => {
    const { status, headers, body } = await pages.get('/project/none/')
    expect(status).toBe(404)
    expect(body).toContain('<h1>Not found</h1>')
    expect(body).toContain('<a href="/">All projects</a>')
    expect(body).not.toContain(headers['x-request-id'] as string)
  })
})
