import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net'

/**
 * The network that an address belongs to, as one operator usually hands it to one customer: an IPv4 /24, an IPv6 /48.
 * IPv4 addresses that are written as IPv6 (`::ffff:192.0.2.1`) are IPv4. Anything else is a network of its own.
 */
export function networkOf(address: string): string {
  const [plain = ''] = address.split(/[%/]/, 1)
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain)?.[1] ?? plain
  if (isIPv4(mapped)) return `${mapped.slice(0, mapped.lastIndexOf('.'))}.0/24`
  return isIPv6(plain) ? `${groupsOf(plain).slice(0, 3).join(':')}::/48` : address
}

/** The eight groups of an IPv6 address, without leading zeros. */
function groupsOf(address: string): string[] {
  // Its last 32 bits may be written as IPv4, and are of no interest.
  const [head = '', tail] = address.replace(/\d+\.\d+\.\d+\.\d+$/, '0:0').split('::')
  const [before, after] = [splitGroups(head), splitGroups(tail ?? '')]
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0')
  return [...before, ...zeros, ...after].map((group) => Number.parseInt(group, 16).toString(16))
}

function splitGroups(text: string): string[] {
  return text.split(':').filter((group) => group !== '')
}

/** Networks that are no part of the public internet, and what they are (IANA special-purpose address registries). */
const SPECIAL: readonly (readonly [network: string, kind: string])[] = [
  ['0.0.0.0/8', 'unspecified'],
  ['10.0.0.0/8', 'private'],
  ['100.64.0.0/10', 'shared (CGNAT)'],
  ['127.0.0.0/8', 'loopback'],
  // The server of a cloud that answers each of its machines.
  ['168.63.129.16/32', 'metadata'],
  ['169.254.0.0/16', 'link-local'],
  ['172.16.0.0/12', 'private'],
  ['192.0.0.0/24', 'reserved'],
  ['192.0.2.0/24', 'documentation'],
  ['192.88.99.0/24', 'relay'],
  ['192.168.0.0/16', 'private'],
  ['198.18.0.0/15', 'benchmark'],
  ['198.51.100.0/24', 'documentation'],
  ['203.0.113.0/24', 'documentation'],
  ['224.0.0.0/4', 'multicast'],
  ['240.0.0.0/4', 'reserved'],
  ['::/128', 'unspecified'],
  ['::1/128', 'loopback'],
  // Addresses with an IPv4 address within them lead wherever that one leads.
  ['::/96', 'IPv4-compatible'],
  ['64:ff9b::/96', 'NAT64'],
  ['64:ff9b:1::/48', 'NAT64'],
  ['2001::/32', 'Teredo'],
  ['2002::/16', '6to4'],
  ['2001::/23', 'reserved'],
  ['2001:db8::/32', 'documentation'],
  ['3fff::/20', 'documentation'],
  ['fc00::/7', 'private'],
  ['fe80::/10', 'link-local'],
  ['fec0::/10', 'site-local'],
  ['ff00::/8', 'multicast'],
]

/** Says whether one of some networks, such as `10.0.0.0/8` or `::1`, has an address. */
export function networkTest(networks: readonly string[]): (address: string) => boolean {
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', bits] = network.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    list.addSubnet(address, Number(bits ?? (family === 'ipv6' ? 128 : 32)), family)
  }
  return (address) => list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}

const specialTests = SPECIAL.map(([network, kind]) => [networkTest([network]), kind] as const)

/** The addresses of IPv6 that are given to networks of the internet (RFC 4291, 2.4). */
const isGlobalUnicast = networkTest(['2000::/3'])

/** The kind of an address that is not of the public internet, such as `loopback`; undefined for a public one. */
export function specialKind(address: string): string | undefined {
  const plain = canonicalAddress(address)
  const special = specialTests.find(([isWithin]) => isWithin(plain))
  if (special) return special[1]
  return isIPv4(plain) || isGlobalUnicast(plain) ? undefined : 'reserved'
}

/** An address without its zone; an IPv4 address that is written as IPv6, in any spelling, as IPv4. */
export function canonicalAddress(address: string): string {
  const [plain = ''] = address.replace(/^\[(.*)\]$/, '$1').split('%', 1)
  if (!isIPv6(plain)) return plain
  // The parser of URLs writes each address in one way only.
  const [, high = '', low = ''] =
    /^\[::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/.exec(new URL(`http://[${plain}]`).hostname) ?? []
  if (high === '') return plain
  const bits = [high, low].map((group) => Number.parseInt(group, 16))
  return bits.flatMap((group) => [group >> 8, group & 255]).join('.')
}
