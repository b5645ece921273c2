import { type Node, readFloats, type Value, weightBehind } from '@onnx-compress/graph';
import type { Rectifier } from '../least-squares/layer-problem.js';

async function bound(node: Node, input: number, attribute: string, none: number): Promise<number | undefined> {
  if (!node.inputs[input]) return node.float(attribute, none);
  const tensor = weightBehind(node.input(input))?.tensor;
  return tensor && (await readFloats(tensor))[0];
}

async function clipped(node: Node): Promise<Rectifier | undefined> {
  const low = await bound(node, 1, 'min', Number.NEGATIVE_INFINITY);
  const high = await bound(node, 2, 'max', Number.POSITIVE_INFINITY);
  return low === undefined || high === undefined ? undefined : { low, high };
}

/** The range that the only reader of a value cuts it to: a Relu or Clip. Undefined where there is none. */
export async function rectifierBehind(value: Value): Promise<Rectifier | undefined> {
  const [use, ...others] = value.uses;
  if (use?.kind !== 'input' || others.length > 0 || use.index !== 0 || use.node.domain !== '') return undefined;
  if (use.node.opType === 'Relu') return { low: 0, high: Number.POSITIVE_INFINITY };
  return use.node.opType === 'Clip' ? clipped(use.node) : undefined;
}
