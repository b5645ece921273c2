import {
  dropStaleShapes,
  type Graph,
  type Model,
  modelBytes,
  present,
  type Value,
  type ValueType,
} from '@onnx-compress/graph';
import type { SessionValue } from '../host/contract.js';
import { unreadableValues } from './unreadable-values.js';

/** The outputs of a probe that tell of one value of the model. */
interface Exposure {
  readonly name: string;
  /** The value itself, or a Cast of it to float32 where its type may be unreadable. */
  readonly output: string;
  readonly sameType: boolean;
  /** Its Shape, where that was asked for. */
  readonly shape: string | undefined;
}

/** A model that onnxruntime only loads, so that the types of its outputs tell those of another model's values. */
export interface Probe {
  readonly bytes: Uint8Array;
  readonly exposures: readonly Exposure[];
}

/**
 * Turns a skeleton into a probe: every computed value of the main graph becomes an output.
 *
 * @param skeleton changed in place
 * @param inputTypes types that inputs get instead of the declared ones
 */
export async function makeProbe(skeleton: Model, inputTypes: ReadonlyMap<string, ValueType>): Promise<Probe> {
  dropStaleShapes(skeleton);
  const exposures = exposeValues(skeleton.graph);
  // onnxruntime-node ignores `freeDimensionOverrides`, so sizes for symbolic dimensions are written into the model.
  for (const input of skeleton.graph.inputs) {
    const type = inputTypes.get(input.name);
    if (type?.dataType !== undefined) skeleton.graph.setInputType(input, type);
  }
  return { bytes: await modelBytes(skeleton), exposures };
}

/**
 * A probe that also tells an unknown rank from a scalar, for which onnxruntime gives no dimensions either: the Shape of
 * these values becomes an output. As those outputs double the time to load, they are only for values that need them.
 *
 * @param skeleton that the probe was made of; changed in place
 */
export async function withRanks(skeleton: Model, probe: Probe, names: ReadonlySet<string>): Promise<Probe> {
  if (names.size === 0 || !onlyTensors(skeleton)) return probe;
  const exposures = probe.exposures.map((exposure) => {
    if (!names.has(exposure.name)) return exposure;
    const shape = appended(skeleton.graph, 'Shape', exposure.output);
    skeleton.graph.addOutput(shape);
    return { ...exposure, shape: shape.name };
  });
  return { bytes: await modelBytes(skeleton), exposures };
}

/** Reads the types of values off the outputs of a session of the probe; a scalar is told only by its Shape. */
export function readProbe({ exposures }: Probe, outputs: readonly SessionValue[]): ReadonlyMap<string, ValueType> {
  const told = new Map(outputs.map((output) => [output.name, output]));
  return new Map(
    exposures.map(({ name, output, sameType, shape }): [string, ValueType] => {
      const value = told.get(output);
      const isScalar = shape !== undefined && told.get(shape)?.dims?.[0] === 0;
      const dims = value?.dims?.length === 0 && !isScalar ? undefined : value?.dims;
      return [name, { dataType: sameType ? value?.dataType : undefined, dims }];
    }),
  );
}

function exposeValues(graph: Graph): readonly Exposure[] {
  const unreadable = unreadableValues(graph);
  const computed = graph.nodes.filter(({ constant }) => constant === undefined);
  const values = computed.flatMap((node) => node.outputs.flatMap((_, index) => node.output(index) ?? []));
  return values.map((value) => {
    const { name } = value;
    const sameType = value.isOutput || !unreadable.has(name);
    // 1 is TensorProto.FLOAT.
    const output = sameType ? value : appended(graph, 'Cast', name, { to: { int: 1 } });
    if (!value.isOutput) graph.addOutput(output);
    return { name, output: output.name, sameType, shape: undefined };
  });
}

function appended(graph: Graph, opType: string, input: string, attributes: { to?: { int: number } } = {}): Value {
  const output = graph.uniqueName(`${input}/${opType}`);
  const node = graph.addNode({ opType, inputs: [input], outputs: [output], attributes: { ...attributes } });
  return present(node.output(0), `output of ${opType}`);
}

/** Shape refuses sequences and optionals, and nothing but the operators tells which values are such. */
function onlyTensors(model: Model): boolean {
  const inputs = model.graph.inputs.every(({ declared }) => declared?.dataType !== undefined);
  return inputs && [...model.nodes()].every(({ opType }) => !/Sequence|Optional|ZipMap/.test(opType));
}
