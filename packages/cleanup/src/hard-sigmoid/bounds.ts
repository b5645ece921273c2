import { type Node, readFloats } from '@onnx-compress/graph';
import { constantBehind } from '../graph-edits/constant.js';

/** From this opset on Clip takes its bounds from inputs. */
const BOUNDS_AS_INPUTS = 11;

/** Heights beyond these would take the constants of a HardSigmoid out of the range of single precision. */
const LARGEST_HEIGHT = 2 ** 30;

/** The upper bound of a Clip whose lower bound is zero; undefined for other nodes. */
export async function clipFromZero(node: Node): Promise<number | undefined> {
  if (node.opType !== 'Clip' || node.domain !== '') return undefined;
  const asInputs = (node.graph.model.opset() ?? 0) >= BOUNDS_AS_INPUTS;
  const low = asInputs ? await constantAt(node, 1) : node.float('min');
  const high = asInputs ? await constantAt(node, 2) : node.float('max');
  return low === 0 && high !== undefined && isOrdinary(high) ? high : undefined;
}

function isOrdinary(height: number): boolean {
  return height <= LARGEST_HEIGHT && height >= 1 / LARGEST_HEIGHT;
}

async function constantAt(node: Node, index: number): Promise<number | undefined> {
  const tensor = constantBehind(node.input(index))?.tensor;
  return tensor?.dataType === 'float32' ? (await readFloats(tensor))[0] : undefined;
}
