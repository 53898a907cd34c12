/** Suggests submitters and delegates while the user types: the answers of the server fill the field's data list. */

/** The server answers to no less. */
const SHORTEST = 3

/** Delay after the last keystroke, in milliseconds. */
const PAUSE = 150

interface Offer {
  name: string | null
  email?: string
}

for (const field of document.querySelectorAll<HTMLInputElement>('input[data-completes]')) complete(field)

function complete(field: HTMLInputElement): void {
  const list = document.createElement('datalist')
  list.id = `${field.id}-offers`
  field.after(list)
  field.setAttribute('list', list.id)
  let timer = 0
  let latest = ''
  const ask = async (text: string) => {
    latest = text
    const offers = await offer(field.dataset.completes ?? '', text)
    if (text === latest) list.replaceChildren(...offers.map(toOption))
  }
  field.addEventListener('input', () => {
    clearTimeout(timer)
    const text = field.value.trim()
    const isOffered = [...list.options].some(({ value }) => value === text)
    if (text.length < SHORTEST || text === latest || isOffered) return
    timer = setTimeout(() => void ask(text), PAUSE)
  })
}

/** Nothing where the server can't be asked: the field works without. */
async function offer(path: string, text: string): Promise<Offer[]> {
  try {
    const response = await fetch(`${path}?${new URLSearchParams({ q: text, l: '10' })}`)
    return response.ok ? ((await response.json()) as Offer[]) : []
  } catch {
    return []
  }
}

/** The address names a person better than the name does. */
function toOption({ name, email }: Offer): HTMLOptionElement {
  const option = document.createElement('option')
  option.value = email ?? name ?? ''
  if (email !== undefined && name) option.label = `${name} <${email}>`
  return option
}
