/** Keys for those whose hands stay on them: `/` searches, `j`, `k`, `x` and Enter work in lists, `?` tells all. */

const KEYS: readonly [keys: string, meaning: string][] = [
  ['/', 'search'],
  ['j', 'next row, comment or file'],
  ['k', 'previous row, comment or file'],
  ['x', 'select the row'],
  ['Enter', 'open the row'],
  ['n', 'next patch of the series'],
  ['p', 'previous patch of the series'],
  ['?', 'this help'],
  ['Esc', 'close, leave a field'],
]

const ROWS = 'table.list:not(.checks) tbody tr, .comment[id], details.file'

document.querySelector('.keys-hint')?.removeAttribute('hidden')

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return
  const { target } = event
  if (target instanceof HTMLElement && isTyping(target)) {
    if (event.key === 'Escape') target.blur()
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
  return key === 'n' || key === 'p' ? follow(key) : false
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

function rows(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>(ROWS)]
}

function current(): HTMLElement | undefined {
  return rows().find((row) => row.classList.contains('current'))
}

/** Goes to the row before or behind the current one, and puts the focus on its link, so that Enter opens it. */
function move(step: 1 | -1): boolean {
  const all = rows()
  const from = current()
  const index = from ? all.indexOf(from) + step : step === 1 ? 0 : all.length - 1
  const row = all[index]
  if (!row) return all.length > 0
  from?.classList.remove('current')
  row.classList.add('current')
  row.querySelector<HTMLElement>('[data-focus], :not(.bar) > a, summary')?.focus({ preventScroll: true })
  row.scrollIntoView({ block: 'nearest' })
  return true
}

function toggle(): boolean {
  const box = current()?.querySelector<HTMLInputElement>('input[type=checkbox]')
  box?.click()
  return box !== null && box !== undefined
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
