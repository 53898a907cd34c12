/**
 * Copies a text. Browsers have `navigator.clipboard` on secure origins only, so that plain http needs the older way: a
 * selected field and the command `copy`. Throws if the browser refuses both.
 */
export async function copyText(text: string): Promise<void> {
  const clipboard = navigator.clipboard as Clipboard | undefined
  if (clipboard) {
    try {
      await clipboard.writeText(text)
      return
    } catch {
      // A browser may refuse this way and still allow the other.
    }
  }
  copyBySelection(text)
}

function copyBySelection(text: string): void {
  const before = document.activeElement
  const field = document.createElement('textarea')
  field.value = text
  field.readOnly = true
  field.className = 'hidden'
  field.setAttribute('aria-hidden', 'true')
  document.body.append(field)
  field.select()
  const isCopied = document.execCommand('copy')
  field.remove()
  if (before instanceof HTMLElement) before.focus()
  if (!isCopied) throw new Error('The browser does not allow copying.')
}
