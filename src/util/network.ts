import { isIPv4, isIPv6 } from 'node:net'

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
