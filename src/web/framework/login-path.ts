/** The login that leads back to an address of ours, its query included. */
export function loginPath(next: string): string {
  return `/user/login/?next=${next.replace(/[?&#+%;]/g, encodeURIComponent)}`
}
