import { readIntegers } from '../../tensor/numbers.js';
import type { ConstantUse, Reader } from '../constants/constant-uses.js';

/** The stored number that stands for zero: one for all elements, or one for each entry of an axis. */
export interface ZeroPoint {
  readonly values: readonly number[];
  readonly axis: number;
}

const ZERO: ZeroPoint = { values: [0], axis: 0 };

/** Where an operator holds the zero point of a weight, and along which axis of the weight it may differ. */
interface Place {
  readonly input: number;
  readonly axis: (rank: number) => number;
}

const first = () => 0;
const last = (rank: number) => rank - 1;

/** By operator and slot of the weight. */
const PLACES: Readonly<Record<string, Place>> = {
  'ConvInteger 1': { input: 3, axis: first },
  'MatMulInteger 0': { input: 2, axis: (rank) => rank - 2 },
  'MatMulInteger 1': { input: 3, axis: last },
  'QLinearConv 3': { input: 5, axis: first },
  'QLinearMatMul 3': { input: 5, axis: last },
  'DynamicQuantizeMatMul 1': { input: 3, axis: last },
  'MatMulIntegerToFloat 1': { input: 5, axis: last },
};

function placeOf({ node, index }: Reader): Place | undefined {
  if (node.opType === 'DequantizeLinear' && index === 0) {
    const axis = node.int('axis', 1);
    return { input: 2, axis: (rank) => (axis < 0 ? axis + rank : axis) };
  }
  if (node.opType === 'QGemm' && index === 3) return { input: 5, axis: node.int('transB', 0) === 0 ? last : first };
  return PLACES[`${node.opType} ${index}`];
}

/** Every slot that may hold the zero point of a weight: of the nodes that read the stored values, then of its reader. */
function* readers({ weight, reader }: ConstantUse): Generator<Reader> {
  for (const use of weight.value.uses) if (use.kind === 'input') yield use;
  if (reader) yield reader;
}

/** The zero point of a quantized weight, 0 where it has none; undefined where it is not a constant of known layout. */
export function zeroPointOf(use: ConstantUse): ZeroPoint | undefined {
  const { dims } = use.weight.tensor;
  for (const reader of readers(use)) {
    const place = placeOf(reader);
    const value = place && reader.node.input(place.input);
    if (!place || !value) continue;
    const values = value.weight && readIntegers(value.weight.tensor);
    if (!values) return undefined;
    if (new Set(values).size === 1) return { values: values.slice(0, 1), axis: 0 };
    const axis = place.axis(dims.length);
    return dims[axis] === values.length ? { values, axis } : undefined;
  }
  return ZERO;
}
