/** The login page that leads back to a local URL, including its query. */
export function loginPath(next: string): string {
  return `/user/login/?next=${next.replace(/[?&#+%;]/g, encodeURIComponent)}`
}
