import { copyText } from './clipboard.js'

/** Comfort on the pages of patches: copying, and folding all files at once. */

for (const button of document.querySelectorAll<HTMLElement>('[data-copy]:not(span)')) {
  button.hidden = false
  button.addEventListener('click', (event) => {
    // With a modifier key the browser follows the link as usual.
    if (event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    void copy(button, button.dataset.copy ?? '')
  })
}

async function copy(button: HTMLElement, text: string): Promise<void> {
  const before = button.textContent
  try {
    await copyText(text)
    button.textContent = 'copied'
  } catch {
    button.textContent = 'not copied'
  }
  setTimeout(() => (button.textContent = before), 1200)
}

const files = [...document.querySelectorAll<HTMLDetailsElement>('details.file')]
const fold = document.querySelector<HTMLButtonElement>('.fold')

if (fold && files.length > 1) {
  fold.hidden = false
  fold.addEventListener('click', () => {
    const isOpen = files.some((file) => file.open)
    for (const file of files) file.open = !isOpen
    fold.textContent = isOpen ? 'Unfold all files' : 'Fold all files'
  })
}
