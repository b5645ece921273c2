import {
  createRegistry,
  createTransform,
  describeOptions,
  type NodeSelection,
  type ParsedSpec,
  parseSpec,
  type Registry,
  resolveStep,
  type Technique,
  type Transform,
} from '@onnx-compress/core';
import type { Limit } from './options.js';

/** One way to store a layer: a technique with its options, or as it is. */
export interface Format {
  /** As it was asked for: `int8`, `int4-block:64`, `float32`. */
  readonly name: string;
  /** What brings nodes into this format; undefined where they stay as they are. */
  readonly transform: ((nodes: NodeSelection, hasSamples: boolean) => Transform) | undefined;
  /** The same, faster: biases that change nothing of what is compared stay as they are. */
  readonly trial: Format['transform'];
}

/** The format of layers that stay as they are. */
export const FLOAT32: Format = { name: 'float32', transform: undefined, trial: undefined };

/** What a short name stands for: a technique, and the value that it gets where none is given. */
type LongName = Pick<ParsedSpec, 'name' | 'positional'>;

const INT4: LongName = { name: 'int4-block', positional: '32' };

/**
 * What `int8` stands for: under a limit of time or operations, activations have integers too; under one of bytes, weights
 * alone, since these make the file and integers between the layers would only add noise.
 */
const INT8: Readonly<Record<Limit['kind'], LongName>> = {
  bytes: { name: 'int8-weight-only', positional: undefined },
  snr: { name: 'int8-weight-only', positional: undefined },
  bops: { name: 'int8-per-channel', positional: undefined },
  'bops-part': { name: 'int8-per-channel', positional: undefined },
  latency: { name: 'int8-per-channel', positional: undefined },
  layers: { name: 'int8-per-channel', positional: undefined },
};

const longName = (name: string, limit: Limit['kind']): LongName | undefined =>
  name === 'int4' ? INT4 : name === 'int8' ? INT8[limit] : undefined;

/** Commas of a format with options are kept from the spec around it by braces. */
const withoutBraces = (name: string): string => (/^\{[^{}]*\}$/.test(name) ? name.slice(1, -1) : name);

/** What a technique is told besides its defaults where there are samples to learn from. */
function learned(technique: Technique): Readonly<Record<string, string>> {
  const method = describeOptions(technique).find(({ key }) => key === 'method');
  return method?.schema.enum?.includes('gptq') ? { method: 'gptq' } : {};
}

/** Integers that are chosen by samples count on corrected biases; for all others these only take time. */
function hurried(
  technique: Technique,
  { method }: Readonly<Record<string, unknown>>,
): Readonly<Record<string, string>> {
  const corrects = describeOptions(technique).some(({ key }) => key === 'biasCorrection');
  return corrects && method === undefined ? { 'bias-correction': 'off' } : {};
}

function specOf(name: string, limit: Limit['kind']): ParsedSpec {
  const spec = parseSpec(withoutBraces(name));
  const long = longName(spec.name, limit);
  return long === undefined ? spec : { ...spec, name: long.name, positional: spec.positional ?? long.positional };
}

function formatOf(name: string, limit: Limit['kind'], registry: Registry): Format {
  if (name === FLOAT32.name) return FLOAT32;
  const spec = specOf(name, limit);
  const technique = registry.find('quant', spec.name);
  const stepWith = (isTrial: boolean, hasSamples: boolean) => {
    const options = { ...(hasSamples && learned(technique)), ...spec.options };
    return resolveStep(registry, 'quant', {
      ...spec,
      options: { ...(isTrial && hurried(technique, options)), ...options },
    });
  };
  stepWith(true, true);
  const creates =
    (isTrial: boolean): Format['transform'] =>
    ({ include, skip }, hasSamples) =>
      createTransform(registry, { ...stepWith(isTrial, hasSamples), include, skip });
  return { name, transform: creates(false), trial: creates(true) };
}

/**
 * The formats that a person names.
 *
 * @param limit what an assignment is held to, on which depends what `int8` stands for
 * @param techniques those that formats are made of
 * @throws UsageError where a name is neither a short name nor a technique, or its value is not valid
 */
export function formatsOf(
  names: readonly string[],
  limit: Limit['kind'],
  techniques: readonly Technique[],
): readonly Format[] {
  const registry = createRegistry(techniques);
  return [...new Set(names)].map((name) => formatOf(name, limit, registry));
}
