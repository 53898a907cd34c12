import { currentRow, linkOf, makeCurrent, shownRows } from './rows.js'

/** Keys for those whose hands stay on them: `/` searches, `j`, `k`, `x` and Enter work in lists, `?` tells all. */

const KEYS: readonly [keys: string, meaning: string][] = [
  ['/', 'search'],
  ['j', 'next row, comment or file'],
  ['k', 'previous row, comment or file'],
  ['x', 'select the row'],
  ['o', 'open the row, as Enter does'],
  ['f', 'fold or unfold the patches of a series'],
  ['s', 'choose a state for what is selected; Enter sends it'],
  ['d', 'choose a delegate, likewise'],
  ['n', 'next patch of the series'],
  ['p', 'previous patch of the series'],
  ['u', 'back to the list'],
  [']', 'next row of the list'],
  ['[', 'previous row of the list'],
  ['?', 'this help'],
  ['Esc', 'close, leave a field'],
]

/** Keys of links, which say so themselves. */
const LINKED: ReadonlySet<string> = new Set(['n', 'p', 'u', '[', ']'])

document.querySelector('.keys-hint')?.removeAttribute('hidden')

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return
  const { target } = event
  if (target instanceof HTMLElement && isTyping(target)) {
    if (event.key === 'Escape') target.blur()
    if (event.key === 'Enter' && submitField(target)) event.preventDefault()
    return
  }
  if (act(event.key)) event.preventDefault()
})

/** Whether letters belong to the field that has the focus; boxes and buttons want none. */
function isTyping(target: HTMLElement): boolean {
  if (target instanceof HTMLInputElement) return target.type !== 'checkbox' && target.type !== 'radio'
  return (
    target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement
  )
}

/** Runs the action of a key; returns false for a key without an action. */
function act(key: string): boolean {
  if (key === '/') return focusSearch()
  if (key === '?') return showHelp()
  if (key === 'j') return move(1)
  if (key === 'k') return move(-1)
  if (key === 'x') return toggle()
  if (key === 'o') return open()
  if (key === 'f') return fold()
  if (key === 's') return focusField('state')
  if (key === 'd') return focusField('delegate')
  return LINKED.has(key) ? follow(key) : false
}

function focusSearch(): boolean {
  const field = document.querySelector<HTMLInputElement>('input[type=search]')
  field?.select()
  field?.focus()
  return field !== null
}

/** Goes where the link leads that has the key. */
function follow(key: string): boolean {
  const link = document.querySelector<HTMLElement>(`a[aria-keyshortcuts="${key}"]`)
  link?.click()
  return link !== null
}

/** Goes to the row before or behind the current one. */
function move(step: 1 | -1): boolean {
  const all = shownRows()
  const from = currentRow()
  const index = from ? all.indexOf(from) + step : step === 1 ? 0 : all.length - 1
  const row = all[index]
  if (!row) return all.length > 0
  makeCurrent(row)
  row.scrollIntoView({ block: 'nearest' })
  return true
}

function boxOf(row: HTMLElement | undefined): HTMLInputElement | null {
  return row?.querySelector<HTMLInputElement>('input[type=checkbox]') ?? null
}

function toggle(): boolean {
  const box = boxOf(currentRow())
  box?.click()
  return box !== null
}

function open(): boolean {
  const row = currentRow()
  const link = row && linkOf(row)
  link?.click()
  return link !== null && link !== undefined
}

/** Folds or unfolds the patches of the series that the current row belongs to, and goes to the series. */
function fold(): boolean {
  const details = currentRow()?.closest('tbody')?.querySelector('details')
  if (!details) return false
  details.open = !details.open
  const row = details.closest('tr')
  if (row) makeCurrent(row)
  return true
}

/**
 * Puts the focus on a field of the form that changes what is selected, or the patch of the page; without a selection
 * the current row is selected. Letters then choose a value, and Enter sends the form.
 */
function focusField(name: string): boolean {
  const field = document.querySelector<HTMLSelectElement>(
    `.bulk select[name=${name}], .forms select[name=${name}]`,
  )
  if (!field) return false
  const box = boxOf(currentRow())
  if (box && !document.querySelector('.bulk tbody input:checked')) box.click()
  field.focus()
  return true
}

/** Enter in a field that `focusField` offers. */
function submitField(field: HTMLElement): boolean {
  const form = field.closest<HTMLFormElement>('form.bulk, .forms form')
  const button = form?.querySelector<HTMLButtonElement>('button[value=update]')
  if (!(field instanceof HTMLSelectElement) || !form || !button) return false
  form.requestSubmit(button)
  return true
}

function showHelp(): boolean {
  let dialog = document.querySelector<HTMLDialogElement>('#keys')
  if (!dialog) document.body.append((dialog = makeHelp()))
  dialog.showModal()
  return true
}

function makeHelp(): HTMLDialogElement {
  const dialog = document.createElement('dialog')
  dialog.id = 'keys'
  const title = document.createElement('h2')
  title.id = 'keys-title'
  title.textContent = 'Keys'
  dialog.setAttribute('aria-labelledby', title.id)
  const list = document.createElement('dl')
  for (const [keys, meaning] of KEYS) {
    const term = document.createElement('dt')
    term.append(Object.assign(document.createElement('kbd'), { textContent: keys }))
    list.append(term, Object.assign(document.createElement('dd'), { textContent: meaning }))
  }
  const form = document.createElement('form')
  form.method = 'dialog'
  form.append(Object.assign(document.createElement('button'), { textContent: 'Close' }))
  dialog.append(title, list, form)
  return dialog
}
