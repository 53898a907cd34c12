/** Light, dark or as the system has it, without a new page; kept in a cookie, so that the server writes the next right. */

const YEAR = 365 * 24 * 60 * 60

const root = document.documentElement
const choice = document.querySelector<HTMLSelectElement>('#theme')

if (choice) {
  choice.form?.querySelector('button')?.remove()
  choice.value = root.dataset.theme ?? ''
  choice.addEventListener('change', () => {
    if (choice.value) root.dataset.theme = choice.value
    else delete root.dataset.theme
    document.cookie = `theme=${choice.value}; path=/; max-age=${choice.value ? YEAR : 0}; samesite=lax`
  })
}
