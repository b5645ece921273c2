/** One option of the command line: what the parser, the checks and the help text need to know about it. */
export interface Option {
  /** Long name without dashes. */
  readonly name: string;
  /** One letter. */
  readonly short?: string;
  /** Name of its value in the help text; an option without one is a switch. */
  readonly value?: string;
  /** The only values it takes. */
  readonly choices?: readonly string[];
  /** May be given several times. */
  readonly repeatable?: true;
  /** One line for the help text. */
  readonly summary: string;
}

/** One command with its positional arguments and options. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  /** Names of the positional arguments, all required unless in `optional`. */
  readonly positionals: readonly string[];
  /** Any number of further positionals may follow. */
  readonly variadic?: true;
  /** How many positionals must be given. */
  readonly required: number;
  readonly options: readonly Option[];
}
