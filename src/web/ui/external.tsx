/** Schemes that are safe in a link; maintainers can enter any URL. */
const SAFE = /^(?:https?|mailto):/i

/** An address somewhere else, by default as it is written; a link only where a link does no harm. */
export function External({ href, text = href }: { href: string; text?: string }) {
  const words = <bdi>{text}</bdi>
  return SAFE.test(href) ? <a href={href}>{words}</a> : <code>{words}</code>
}
