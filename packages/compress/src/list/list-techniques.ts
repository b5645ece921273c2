import { describeOptions, type JsonSchema, type TechniqueFamily } from '@onnx-compress/core';
import { registry } from '../techniques.js';

/** One option of a technique, for a listing. */
export interface ListedOption {
  /** As a spec writes it: `keep-macs`. */
  readonly name: string;
  /** As recipes and the library write it: `keepMacs`. */
  readonly key: string;
  readonly allowed: string;
  readonly summary?: string;
  readonly default?: JsonSchema['default'];
  readonly required: boolean;
  /** True for the option that a bare `name:value` sets. */
  readonly positional: boolean;
}

/** One technique, for a listing. */
export interface ListedTechnique {
  readonly family: TechniqueFamily;
  readonly name: string;
  readonly summary: string;
  readonly reference: string;
  readonly needsCalibration: boolean;
  readonly options: readonly ListedOption[];
}

/** Every technique with its options and its reference, or those of one family. */
export function listTechniques(family?: TechniqueFamily): readonly ListedTechnique[] {
  return registry.list(family).map((technique) => ({
    family: technique.family,
    name: technique.name,
    summary: technique.summary,
    reference: technique.reference,
    needsCalibration: technique.needsCalibration,
    options: describeOptions(technique).map(({ schema, summary, default: preset, ...option }) => ({
      ...option,
      ...(summary === undefined ? {} : { summary }),
      ...(preset === undefined ? {} : { default: preset }),
    })),
  }));
}
