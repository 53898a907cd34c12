import { Resolver } from 'node:dns/promises'
import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { canonicalAddress, networkTest, specialKind } from './network.js'

/**
 * Addresses of the hosts that users name in URLs, with those left out that they must not make this server connect to.
 * A caller connects to the returned addresses and resolves the name no second time: it may lead elsewhere by then.
 */

/** The addresses of a host name; throws an error with a `code` of `dns.Resolver`. */
export type Lookup = (hostname: string) => Promise<readonly string[]>

/** Throws this with a sentence for users. */
export class Unresolved extends Error {
  override readonly name = 'Unresolved'
}

/** The host is, or has an address, in a network that is not to be reached. */
export class RefusedNetwork extends Error {
  override readonly name = 'RefusedNetwork'
}

export interface HostResolver {
  /** The addresses of the host of a URL. Throws Unresolved and RefusedNetwork. */
  resolve(url: URL): Promise<readonly string[]>
}

/** Name servers have this long to answer, in milliseconds; a question is repeated once. */
const LOOKUP_TIMEOUT_MS = 5000
const QUESTION_TIMEOUT_MS = 1500

/**
 * Resolves hosts whose addresses are all public or within `allowed` networks. A name with one public and one private
 * address is refused: which of them a connection uses is decided by chance. `purpose` ends the sentence of a refusal.
 */
export function makeResolver(
  allowed: readonly string[],
  lookup: Lookup = lookUp,
  purpose = 'webhooks are not sent to',
): HostResolver {
  const isAllowed = networkTest(allowed)
  return {
    async resolve({ hostname }) {
      const host = canonicalAddress(hostname)
      const addresses = isIP(host) ? [host] : await addressesOf(host, lookup)
      for (const address of addresses.map(canonicalAddress)) {
        const kind = specialKind(address)
        if (kind !== undefined && !isAllowed(address))
          throw new RefusedNetwork(`${placeOf(host, address)} is in a ${kind} network, which ${purpose}.`)
      }
      return addresses.map(canonicalAddress)
    },
  }
}

/**
 * What is wrong with the network of a host as it is now, as a sentence; undefined: nothing. A host that is not found
 * may be found later, and is checked again then.
 */
export async function networkProblem(resolver: HostResolver, url: URL): Promise<string | undefined> {
  try {
    await resolver.resolve(url)
    return undefined
  } catch (error) {
    if (error instanceof RefusedNetwork) return error.message
    if (error instanceof Unresolved) return undefined
    throw error
  }
}

function placeOf(host: string, address: string): string {
  return host === address ? address : `${host} (${address})`
}

async function addressesOf(host: string, lookup: Lookup): Promise<readonly string[]> {
  let addresses: readonly string[]
  try {
    addresses = await lookup(host)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new Unresolved(`The host ${host} was not found (${code ?? 'no answer'}).`)
  }
  if (addresses.length === 0) throw new Unresolved(`The host ${host} has no address.`)
  return addresses
}

/**
 * By the file of hosts, then by DNS. `dns.lookup` is not used: it occupies one of the few threads of the process for as
 * long as a name server does not answer, and the name server is chosen by the one who chose the name.
 */
async function lookUp(hostname: string): Promise<readonly string[]> {
  const name = hostname.toLowerCase().replace(/\.$/, '')
  // RFC 6761, 6.3: such names never leave the machine.
  if (name === 'localhost' || name.endsWith('.localhost')) return ['127.0.0.1']
  const known = hostsOf(await readFile('/etc/hosts', 'utf8').catch(() => ''), name)
  if (known.length > 0) return known
  const resolver = new Resolver({ timeout: QUESTION_TIMEOUT_MS, tries: 2 })
  const timer = setTimeout(() => resolver.cancel(), LOOKUP_TIMEOUT_MS)
  const [ipv4, ipv6] = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)])
  clearTimeout(timer)
  const found = [ipv4, ipv6].flatMap((each) => (each.status === 'fulfilled' ? each.value : []))
  if (found.length === 0 && ipv4.status === 'rejected') throw ipv4.reason
  return found
}

/** The addresses of a name in the text of a file of hosts (hosts(5)). */
export function hostsOf(text: string, name: string): string[] {
  return text.split('\n').flatMap((line) => {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/)
    return isIP(address) && names.some((each) => each.toLowerCase() === name) ? [address] : []
  })
}
