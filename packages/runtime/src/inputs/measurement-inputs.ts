import { dimKey, type Model, present } from '@onnx-compress/graph';
import type { HostedSession } from '../host/contract.js';
import type { FixedInputs } from './fixed-inputs.js';
import { type HostFeeds, type InputSpec, inputSpecs } from './input-spec.js';
import { batchIsFixed, shapeDoesNotFit, sizeGivenTwice, wrongShapeCount } from './messages.js';
import { randomInputs } from './random-inputs.js';
import type { DimSizes } from './symbolic-dims.js';

/** What the inputs of a measurement may be told. */
export interface MeasurementInputOptions {
  readonly seed: number;
  /** One shape for each input of the model, in the order of its graph. */
  readonly sizes?: readonly (readonly number[])[] | undefined;
  /** Size of the first axis of every input that has one. */
  readonly batch?: number | undefined;
  /** Values of `--dim`. */
  readonly dims?: DimSizes | undefined;
  /** Values of `--input`. */
  readonly fixed?: FixedInputs | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * One seeded random sample to measure a model with. Sizes that are not given are the first ones with which it runs.
 *
 * @param session the same model, loaded
 * @throws UsageError for sizes that the model does not leave open, or that contradict each other
 * @throws HostError when the model does not run with them
 * @throws ModelError where the inputs would be too large
 * @example const feeds = await measurementInputs(model, session, { seed: 0, sizes: [[1, 3, 224, 224]] });
 */
export async function measurementInputs(
  model: Model,
  session: HostedSession,
  { seed, sizes, batch, dims = new Map(), fixed, signal }: MeasurementInputOptions,
): Promise<HostFeeds> {
  const shaped = model.clone();
  const bound = sizes === undefined ? new Map<string, number>() : setShapes(shaped, sizes);
  for (const [name, size] of bound) if ((dims.get(name) ?? size) !== size) throw sizeGivenTwice(name, size);
  const open = new Map([...dims].filter(([name]) => !bound.has(name)));
  const given = batch === undefined ? open : withBatch(inputSpecs(shaped), batch, open);
  const options = { seed, count: 1, dims: given, ...(fixed && { fixed }), ...(signal && { signal }) };
  const { samples } = await randomInputs(shaped, session, options);
  for await (const sample of samples()) return sample;
  throw new Error('random inputs without a sample');
}

/** Declares these shapes for the inputs; returns the sizes of the open dimensions, by key. */
function setShapes(model: Model, shapes: readonly (readonly number[])[]): DimSizes {
  const bound = new Map<string, number>();
  const inputs = inputSpecs(model);
  if (shapes.length !== inputs.length) throw wrongShapeCount(shapes.length, inputs);
  for (const [index, input] of inputs.entries()) {
    const shape = present(shapes[index], 'shape');
    for (const [key, size] of boundBy(shape, input)) {
      if ((bound.get(key) ?? size) !== size) throw sizeGivenTwice(key, size);
      bound.set(key, size);
    }
    const value = present(model.graph.inputs[index], 'input');
    model.graph.setInputType(value, { dataType: input.dataType, dims: shape });
  }
  return bound;
}

function boundBy(shape: readonly number[], input: InputSpec): DimSizes {
  const dims = input.dims ?? shape.map(() => undefined);
  if (dims.length !== shape.length) throw shapeDoesNotFit(shape, input);
  const bound = new Map<string, number>();
  for (const [axis, dim] of dims.entries()) {
    const size = present(shape[axis], 'size');
    if (typeof dim !== 'number') bound.set(dimKey(input.name, dim, axis), size);
    else if (dim !== size) throw shapeDoesNotFit(shape, input, axis);
  }
  return bound;
}

function withBatch(inputs: readonly InputSpec[], batch: number, dims: DimSizes): DimSizes {
  const sizes = new Map(dims);
  for (const { name, dims: declared = [] } of inputs) {
    if (declared.length === 0) continue;
    const [first] = declared;
    if (typeof first === 'number') {
      if (first !== batch) throw batchIsFixed(name, first, batch);
      continue;
    }
    const key = dimKey(name, first, 0);
    if ((sizes.get(key) ?? batch) !== batch) throw sizeGivenTwice(key, batch);
    sizes.set(key, batch);
  }
  return sizes;
}
