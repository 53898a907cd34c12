/** The fields of a form without input, as a browser sends them; buttons are not included. */
export type FormFields = Record<string, string | string[]>

/** Reads the form of a page that is sent to `action`, or the first whose markup has `having`. */
export function formIn(body: string, action: string, having = ''): FormFields {
  const forms = [...body.matchAll(/<form[^>]* action="([^"]*)"[^>]*>([^]*?)<\/form>/g)]
  const form = forms.find(([, to, content]) => to === action && content?.includes(having))?.[2]
  if (form === undefined) throw new Error(`No form is sent to ${action}.`)
  const fields: FormFields = {}
  for (const [, tag = '', attributes = '', content = ''] of form.matchAll(
    /<((?:input|select)\b([^>]*))>(?:(?<=<select[^>]*>)([^]*?)<\/select>)?/g,
  )) {
    const name = attribute(attributes, 'name')
    const value = tag.startsWith('select') ? chosenIn(content) : attribute(attributes, 'value')
    const isBox = attributes.includes('type="checkbox"')
    if (name === undefined || name === 'csrf' || (isBox && !/\bchecked\b/.test(attributes))) continue
    const known = fields[name]
    fields[name] = known === undefined ? (value ?? '') : [...[known].flat(), value ?? '']
  }
  return fields
}

function attribute(attributes: string, name: string): string | undefined {
  const value = new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(attributes)?.[1]
  return value
    ?.replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&amp;', '&')
}

/** A browser sends the first option where none is chosen. */
function chosenIn(options: string): string | undefined {
  const all = [...options.matchAll(/<option([^>]*)>/g)].map(([, attributes = '']) => attributes)
  const chosen = all.find((attributes) => /\bselected\b/.test(attributes)) ?? all[0]
  return chosen === undefined ? undefined : attribute(chosen, 'value')
}
