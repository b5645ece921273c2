import {
  createRegistry,
  createTransform,
  describeOptions,
  type NodeSelection,
  parseSpec,
  type Registry,
  resolveStep,
  type Technique,
  type Transform,
} from '@onnx-compress/core';

/** One way to store a layer: a technique with its options, or as it is. */
export interface Format {
  /** As it was asked for: `int8`, `int4-block:64`, `float32`. */
  readonly name: string;
  /** What brings nodes into this format; undefined where they stay as they are. */
  readonly transform: ((nodes: NodeSelection, hasSamples: boolean) => Transform) | undefined;
  /** True where it cannot be tried without samples. */
  readonly needsSamples: boolean;
}

/** The format of layers that stay as they are. */
export const FLOAT32: Format = { name: 'float32', transform: undefined, needsSamples: false };

/** Short names of formats, and the techniques that write them. */
const SHORT_NAMES: ReadonlyMap<string, string> = new Map([
  ['int4', 'int4-block:32'],
  ['int8', 'int8-per-channel'],
]);

/** What a technique is told besides its defaults where there are samples to learn from. */
function learned(technique: Technique, hasSamples: boolean): Readonly<Record<string, string>> {
  if (!hasSamples) return {};
  const method = describeOptions(technique).find(({ key }) => key === 'method');
  return method?.schema.enum?.includes('gptq') ? { method: 'gptq' } : {};
}

function formatOf(name: string, registry: Registry): Format {
  if (name === FLOAT32.name) return FLOAT32;
  const spec = parseSpec(SHORT_NAMES.get(name) ?? name);
  const technique = registry.find('quant', spec.name);
  const stepWith = (hasSamples: boolean) =>
    resolveStep(registry, 'quant', { ...spec, options: { ...learned(technique, hasSamples), ...spec.options } });
  stepWith(true);
  return {
    name,
    needsSamples: technique.needsCalibration,
    transform: ({ include, skip }, hasSamples) => createTransform(registry, { ...stepWith(hasSamples), include, skip }),
  };
}

/**
 * The formats that a person names.
 *
 * @param techniques those that formats are made of
 * @throws UsageError where a name is neither a short name nor a technique, or its value is not valid
 */
export function formatsOf(names: readonly string[], techniques: readonly Technique[]): readonly Format[] {
  const registry = createRegistry(techniques);
  return [...new Set(names)].map((name) => formatOf(name, registry));
}
