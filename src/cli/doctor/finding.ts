/** One result of `patchwork doctor`. */
export interface Finding {
  /** `problem`: something does not work; `warning`: it works, but not as most would want it. */
  readonly level: 'fine' | 'warning' | 'problem'
  /** A sentence, and how to solve the problem if there is one. */
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
