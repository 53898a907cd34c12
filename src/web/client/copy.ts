import { copyText } from './clipboard.js'

/** Buttons that copy the content of a field. */

for (const button of document.querySelectorAll<HTMLButtonElement>('button[data-copies]')) {
  const field = document.getElementById(button.dataset.copies ?? '')
  if (!(field instanceof HTMLInputElement)) continue
  button.hidden = false
  button.addEventListener('click', () => void copy(button, field))
}

async function copy(button: HTMLButtonElement, field: HTMLInputElement): Promise<void> {
  try {
    await copyText(field.value)
    button.textContent = 'Copied'
  } catch {
    button.textContent = 'Not copied'
  }
  // Selected, so that the keyboard copies it where the button could not.
  field.select()
}
