import { floatsToTensor, readFloats, type Weight } from '@onnx-compress/graph';
import { addToBias, biasOf, type LinearLayer, readWeightMatrix, writeWeightMatrix } from '@onnx-compress/recovery';
import type { ScalableChannels } from './scalable-channels.js';

/** The channel that a column of a layer's weight matrix belongs to, in a row. */
export function channelAt({ inputs, outputs, columns, contraction }: LinearLayer, channels: number) {
  const { groups } = contraction;
  const rowsPerGroup = outputs / groups;
  const positions = columns / inputs;
  const block = (inputs * groups) / channels;
  return (row: number, column: number): number =>
    Math.floor((Math.floor(row / rowsPerGroup) * inputs + Math.floor(column / positions)) / block);
}

async function scaleRows(layer: LinearLayer, factors: Float64Array): Promise<boolean> {
  const { dataType } = layer.weight.tensor;
  const bias = await biasOf(layer.node, dataType, layer.outputs);
  if (bias === undefined) return false;
  const matrix = await readWeightMatrix(layer);
  writeWeightMatrix(
    layer,
    matrix.map((value, at) => value * (factors[Math.floor(at / layer.columns)] ?? 1)),
  );
  const shift = bias.map((value, row) => value * ((factors[row] ?? 1) - 1));
  return shift.every((value) => value === 0) || addToBias(layer.node, dataType, shift);
}

async function scaleColumns(layer: LinearLayer, factors: Float64Array): Promise<void> {
  const matrix = await readWeightMatrix(layer);
  const channel = channelAt(layer, factors.length);
  const { columns } = layer;
  writeWeightMatrix(
    layer,
    matrix.map((value, at) => value * (factors[channel(Math.floor(at / columns), at % columns)] ?? 1)),
  );
}

async function scaleConstant(constant: Weight, factors: Float64Array): Promise<void> {
  const { dataType, dims } = constant.tensor;
  if (dataType !== 'float32' && dataType !== 'float16') return;
  const values = (await readFloats(constant.tensor)).map((value, channel) => value * (factors[channel] ?? 1));
  constant.replace(floatsToTensor(dataType, dims, values));
}

/**
 * Divides channels by factors where they are computed, and multiplies the weights that read them: the model computes the
 * same. False where the bias of the source is computed by the graph; nothing is changed then.
 */
export async function divideChannels({ source, consumers }: ScalableChannels, factors: Float64Array): Promise<boolean> {
  const inverse = factors.map((factor) => 1 / factor);
  if (source.kind === 'layer') {
    if (!(await scaleRows(source.layer, inverse))) return false;
  } else {
    for (const constant of source.constants) await scaleConstant(constant, inverse);
  }
  for (const layer of consumers) await scaleColumns(layer, factors);
  return true;
}
