import { parseByteSize, parseNumber } from 'onnx-compress';
import { notANumber } from './messages.js';
import type { Command } from './option.js';

/** Bounds of a number on the command line. */
export interface NumberRange {
  readonly least?: number;
  /** Exclusive. */
  readonly above?: number;
  /** Exclusive. */
  readonly below?: number;
  readonly most?: number;
  readonly whole?: true;
}

function isInside(value: number, { least, above, below, most, whole }: NumberRange): boolean {
  if (least !== undefined && value < least) return false;
  if (above !== undefined && value <= above) return false;
  if (below !== undefined && value >= below) return false;
  if (most !== undefined && value > most) return false;
  return whole !== true || Number.isSafeInteger(value);
}

/** A split command line. */
export class ParsedArguments {
  constructor(
    readonly command: Command,
    readonly positionals: readonly string[],
    private readonly values: ReadonlyMap<string, readonly string[]>,
    private readonly switches: ReadonlySet<string>,
  ) {}

  /** True where the switch was given. */
  has(name: string): boolean {
    return this.switches.has(name);
  }

  /** Every value of a repeatable option, in order. */
  all(name: string): readonly string[] {
    return this.values.get(name) ?? [];
  }

  /** The value of an option that is given at most once. */
  one(name: string): string | undefined {
    return this.all(name)[0];
  }

  /** The value of a numeric option. @throws UsageError where it is no number or out of range */
  number(name: string, range: NumberRange = {}): number | undefined {
    const text = this.one(name);
    if (text === undefined) return undefined;
    const value = parseNumber(text);
    if (value === undefined || !isInside(value, range)) throw notANumber(name, text, range);
    return value;
  }

  /** The value of an option in bytes: `4MB`, `512KiB`, `1000`. @throws UsageError where it is no size */
  bytes(name: string): number | undefined {
    const text = this.one(name);
    if (text === undefined) return undefined;
    const value = parseByteSize(text);
    if (value === undefined || value === 0) throw notANumber(name, text, { unit: 'a size such as 4MB or 512KiB' });
    return value;
  }

  /** The value of an option with fixed choices; the parser has checked that it is one of them. */
  choice<Choice extends string>(name: string, choices: readonly Choice[]): Choice | undefined {
    const text = this.one(name);
    return choices.find((choice) => choice === text);
  }
}
