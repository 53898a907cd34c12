import { expect, it } from 'vitest'
import { hostsOf, makeResolver, networkProblem, RefusedNetwork, Unresolved } from '../../src/util/resolve.js'

/** What a name server says. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  'public.example.org': ['93.184.216.34', '2606:2800:220:1::1'],
  'inside.example.org': ['10.1.2.3'],
  'both.example.org': ['93.184.216.34', '10.1.2.3'],
  'mapped.example.org': ['::ffff:10.1.2.3'],
  'empty.example.org': [],
}

async function lookup(name: string): Promise<readonly string[]> {
  const found = NAMES[name]
  if (!found) throw Object.assign(new Error('queryA ENOTFOUND'), { code: 'ENOTFOUND' })
  return found
}

const resolver = makeResolver([], lookup)

it.each([
  'http://127.0.0.1/',
  'http://127.1:8000/',
  'http://2130706433/',
  'http://0x7f.0.0.1/',
  'http://0177.0.0.1/',
  'http://0.0.0.0/',
  'http://10.1.2.3/',
  'http://172.31.255.255/',
  'http://192.168.0.1/',
  'http://100.64.0.1/',
  'http://169.254.169.254/latest/meta-data/',
  'http://168.63.129.16/',
  'http://192.0.0.192/',
  'http://224.0.0.1/',
  'http://255.255.255.255/',
  'http://[::]/',
  'http://[::1]/',
  'http://[::ffff:127.0.0.1]/',
  'http://[::ffff:7f00:1]/',
  'http://[0:0:0:0:0:ffff:a9fe:a9fe]/',
  'http://[::7f00:1]/',
  'http://[64:ff9b::127.0.0.1]/',
  'http://[64:ff9b:1::a00:1]/',
  'http://[2002:7f00:1::]/',
  'http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/',
  'http://[fc00::1]/',
  'http://[fd00:ec2::254]/',
  'http://[fe80::1]/',
  'http://[ff02::1]/',
  'http://[4000::1]/',
  'http://inside.example.org/',
  'http://both.example.org/',
  'http://mapped.example.org/',
])('%s is refused', async (url) => {
  await expect(resolver.resolve(new URL(url))).rejects.toThrow(RefusedNetwork)
  expect(await networkProblem(resolver, new URL(url))).toMatch(/ is in a .+ network, which webhooks/)
})

it.each([
  ['https://93.184.216.34/', ['93.184.216.34']],
  ['https://[2606:2800:220:1::1]/', ['2606:2800:220:1::1']],
  ['https://[::ffff:93.184.216.34]/', ['93.184.216.34']],
  ['https://public.example.org/', ['93.184.216.34', '2606:2800:220:1::1']],
])('%s is at %o', async (url, addresses) => {
  expect(await resolver.resolve(new URL(url))).toEqual(addresses)
})

it('reaches networks that are allowed, however their addresses are written', async () => {
  const inside = makeResolver(['10.1.0.0/16', '::1'], lookup)
  for (const host of ['10.1.2.3', '[::ffff:10.1.2.3]', 'both.example.org', 'mapped.example.org', '[::1]'])
    expect(await networkProblem(inside, new URL(`http://${host}/`))).toBeUndefined()
  for (const host of ['10.2.0.1', '127.0.0.1', '[64:ff9b::a01:203]'])
    expect(await networkProblem(inside, new URL(`http://${host}/`))).toBeDefined()
})

it('names hosts that are not found, which is no problem of their network', async () => {
  const missing = new URL('http://missing.example.org/')
  await expect(resolver.resolve(missing)).rejects.toThrow('The host missing.example.org was not found')
  await expect(resolver.resolve(new URL('http://empty.example.org/'))).rejects.toThrow(Unresolved)
  expect(await networkProblem(resolver, missing)).toBeUndefined()
})

it('knows the machine itself without a name server', async () => {
  for (const name of ['localhost', 'hook.localhost', 'LOCALHOST.'])
    expect(await makeResolver(['127.0.0.0/8']).resolve(new URL(`http://${name}/`))).toEqual(['127.0.0.1'])
})

it('reads the file of hosts', () => {
  const text = '# hosts\n10.0.0.5 ci.example.org CI # builds\nnonsense ci\n::5\tci\n10.0.0.6 ci2\n'
  expect(hostsOf(text, 'ci')).toEqual(['10.0.0.5', '::5'])
  expect(hostsOf(text, 'builds')).toEqual([])
})
