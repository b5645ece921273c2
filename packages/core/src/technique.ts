import type { z } from 'zod';
import type { Transform } from './transform.js';

/** The families of techniques, one per repeatable flag of the command line. */
export type TechniqueFamily = 'prune' | 'quant' | 'low-rank' | 'cleanup';

/** The options that every technique takes besides its own: which nodes it may touch. */
export interface NodeSelection {
  /** Globs of node names to work on; empty means all. */
  readonly include: readonly string[];
  /** Globs of node names to leave alone. */
  readonly skip: readonly string[];
}

/**
 * One entry of a technique registry: everything that the command line, the recipe schema, the validation and
 * the documentation need to know about it.
 */
export interface Technique<Options extends z.ZodObject = z.ZodObject> {
  readonly family: TechniqueFamily;
  readonly name: string;
  /** One line for `compress list`. */
  readonly summary: string;
  /** Paper, operator specification or text book that defines it. */
  readonly reference: string;
  /** The option that a bare `name:value` sets. */
  readonly positional: (keyof z.infer<Options> & string) | undefined;
  /**
   * Its own options: keys in camelCase (`keepMacs`, written `keep-macs` in a spec; `skip` is taken), values that
   * survive JSON, no transforms, so that checked options can be checked again. `.describe()` texts go into help and
   * recipe schema; a size in bytes is declared with `byteSize()`.
   */
  readonly options: Options;
  readonly needsCalibration: boolean;
  create(options: z.infer<Options>, nodes: NodeSelection): Transform;
}

/**
 * Declares a technique; keeps its option types for `create` and returns it for a registry.
 *
 * @example
 * export const l1 = defineTechnique({ family: 'prune', name: 'l1', summary: '…', reference: 'Li et al. 2017',
 *   positional: 'ratio', options: z.strictObject({ ratio: z.number().gt(0).lt(1) }), needsCalibration: false,
 *   create: (options, nodes) => structuredPruning('l1', weightNorm(1), options, nodes) });
 */
export function defineTechnique<Options extends z.ZodObject>(technique: Technique<Options>): Technique<Options> {
  return technique;
}
