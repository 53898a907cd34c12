import { expect, it } from 'vitest'
import { updateProject } from '../../../src/domain/projects/updates.js'
import { describeApi } from '../support.js'

describeApi('projects', (api) => {
  it('are shown by number and by name, with those who maintain them', async () => {
    const { body } = await api.get('/projects/1/')
    expect(body).toMatchObject({
      link_name: 'lamps',
      maintainers: [{ username: 'mira' }],
      show_dependencies: false,
    })
    expect((await api.get('/projects/LAMPS/')).body).toEqual(body)
    expect(await api.ids('/projects/')).toEqual([1, 2])
    expect(await api.ids('/projects/?q=rope')).toEqual([2])
    expect((await api.get('/projects/nothing/')).status).toBe(404)
    expect((await api.get('/api/1.0/projects/1/')).body).not.toHaveProperty('subject_match')
    expect((await api.get('/api/1.3/projects/1/')).body).not.toHaveProperty('show_dependencies')
  })

  it('say only what pages and commands would take as well', async () => {
    const url = 'This must be an address that begins with https:// or http://.'
    const sent = {
      web_url: 'javascript:alert(1)',
      webscm_url: 'ftp://x',
      list_archive_url: 'https://',
      list_archive_url_format: 'javascript:alert("{}")',
      commit_url_format: 'https://x.example.org/',
      scm_url: 'data:text/html,x',
    }
    expect(await api.send('PATCH /projects/lamps/', sent, 'mira')).toMatchObject({
      status: 400,
      body: {
        web_url: [url],
        webscm_url: [url],
        list_archive_url: [url],
        list_archive_url_format: [url],
        commit_url_format: ['This must have {} somewhere.'],
        scm_url: ['This is no address that git clones from.'],
      },
    })
    expect((await api.send('PATCH /projects/lamps/', { web_url: '' }, 'mira')).status).toBe(200)
  })

  it('keep what they had from before, which leads nowhere', async () => {
    await updateProject(api.db, 1, { list_archive_url_format: 'javascript:{}' })
    const same = { list_archive_url_format: 'javascript:{}', web_url: 'https://x.example.org/' }
    expect((await api.send('PATCH /projects/1/', same, 'mira')).status).toBe(200)
    expect((await api.get('/patches/1/')).body).toMatchObject({ list_archive_url: null })
  })

  it('are changed by their maintainers', async () => {
    const change = {
      web_url: 'https://lamps.example.org/',
      show_dependencies: true,
      name: 'X',
      link_name: 'x',
    }
    const { status, body } = await api.send('PATCH /projects/lamps/', change, 'mira')
    expect(status).toBe(200)
    expect(body).toMatchObject({ ...change, name: 'Lamps', link_name: 'lamps' })
    expect((await api.get('/projects/1/')).body).toEqual(body)
    for (const as of [undefined, 'ola', 'rolf'] as const)
      expect((await api.send('PATCH /projects/1/', change, as)).status).toBe(403)
    expect((await api.send('PATCH /projects/9/', change, 'mira')).status).toBe(404)
    expect(await api.send('PATCH /projects/1/', { web_url: 'x'.repeat(2001) }, 'mira')).toMatchObject({
      status: 400,
      body: { web_url: ['Ensure this field has no more than 2000 characters.'] },
    })
  })
})
