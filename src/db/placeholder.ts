/** Stands in a query that is compiled once for a value that comes later. */
export class Placeholder {
  readonly name: string
  /** Whether the plan of the statement may be another one for another value. */
  readonly isWeighed: boolean

  constructor(name: string, isWeighed = false) {
    this.name = name
    this.isWeighed = isWeighed
  }
}

/**
 * Has a parameter of a prepared query looked at for the plan each time: for filters, whose values may be those of few
 * rows or of most. Any other value leaves the plan as it is.
 */
export function weighed(parameter: unknown): unknown {
  return parameter instanceof Placeholder ? new Placeholder(parameter.name, true) : parameter
}
