import type { InputSpec } from '@onnx-compress/runtime';
import { badInputSize, inputSizeMisfit, unknownSizedInput, unnamedInputSize } from './messages.js';

/** Shapes of inputs by name. */
export type InputSizes = ReadonlyMap<string, readonly number[]>;

const DIMS = /^[1-9]\d{0,8}(x[1-9]\d{0,8})*$/;

function dimsOf(text: string, entry: string): readonly number[] {
  if (!DIMS.test(text)) throw badInputSize(entry);
  return text.split('x').map(Number);
}

function inputNamed(name: string, entry: string, inputs: readonly InputSpec[]): InputSpec {
  const input = inputs.find((candidate) => candidate.name === name);
  if (input === undefined) throw unknownSizedInput(entry, name, inputs);
  return input;
}

/** The input that a size without a name is meant for. */
function onlyInput(entry: string, inputs: readonly InputSpec[]): InputSpec {
  const [input, second] = inputs;
  if (input === undefined || second !== undefined) throw unnamedInputSize(entry, inputs);
  return input;
}

function requireFit(entry: string, input: InputSpec, sizes: readonly number[]): void {
  const { dims } = input;
  if (dims === undefined) return;
  const fits =
    dims.length === sizes.length && dims.every((dim, axis) => typeof dim !== 'number' || dim === sizes[axis]);
  if (!fits) throw inputSizeMisfit(entry, input, sizes);
}

/**
 * Reads one entry of `--input-sizes`: `1x3x224x224` for the only input, or `name=1x16+name=1x16` with a size for each
 * input that is named. Inputs without a size keep the one that the model declares.
 *
 * @param inputs inputs of the model whose size is free to choose
 * @throws UsageError for another form, an unknown input, and a size that the model does not take
 * @example parseInputSize('ids=1x16+mask=1x16', inputs)
 */
export function parseInputSize(entry: string, inputs: readonly InputSpec[]): InputSizes {
  const sizes = new Map<string, readonly number[]>();
  for (const part of entry.split('+')) {
    const end = part.lastIndexOf('=');
    const dims = dimsOf(part.slice(end + 1).trim(), entry);
    const input = end < 0 ? onlyInput(entry, inputs) : inputNamed(part.slice(0, end).trim(), entry, inputs);
    if (sizes.has(input.name)) throw badInputSize(entry);
    requireFit(entry, input, dims);
    sizes.set(input.name, dims);
  }
  return sizes;
}
