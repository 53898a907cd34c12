/** What the doctor found out about one thing. */
export interface Finding {
  /** `problem`: something does not work; `warning`: it works, but not as most would want it. */
  readonly level: 'fine' | 'warning' | 'problem'
  /** A sentence, and for what is not fine what to do about it. */
  readonly words: string
}

export function fine(words: string): Finding {
  return { level: 'fine', words }
}

export function warning(words: string): Finding {
  return { level: 'warning', words }
}

export function problem(words: string): Finding {
  return { level: 'problem', words }
}
