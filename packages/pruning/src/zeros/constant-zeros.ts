import { type DataType, readFloats, type Weight } from '@onnx-compress/graph';
import { channelLayout } from '@onnx-compress/math';

/** Types whose zero is the number 0; stored integers may stand for another one. */
const FLOATS: ReadonlySet<DataType> = new Set(['float32', 'float16', 'bfloat16', 'float64']);

/** Which positions of an axis hold nothing but zeros; a vector without axes counts as one position. */
async function zeroPositions({ tensor }: Weight, axis: number): Promise<readonly boolean[]> {
  const dims = tensor.dims.length === 0 ? [1] : tensor.dims;
  const { outer, channels, inner } = channelLayout(dims, axis);
  const zero = Array.from({ length: channels }, () => FLOATS.has(tensor.dataType));
  if (!FLOATS.has(tensor.dataType)) return zero;
  const values = await readFloats(tensor);
  for (let row = 0; row < outer * channels; row++) {
    const channel = row % channels;
    for (let index = row * inner; zero[channel] && index < (row + 1) * inner; index++) {
      if (values[index] !== 0) zero[channel] = false;
    }
  }
  return zero;
}

/** Looks for zeros in constants; reads each only once along an axis, and holds none. */
export class ConstantZeros {
  readonly #known = new Map<Weight, Map<number, Promise<readonly boolean[]>>>();

  /** Whether each position of the axis holds nothing but zeros. */
  along(weight: Weight, axis: number): Promise<readonly boolean[]> {
    const own = this.#known.get(weight) ?? new Map<number, Promise<readonly boolean[]>>();
    const found = own.get(axis) ?? zeroPositions(weight, axis);
    this.#known.set(weight, own.set(axis, found));
    return found;
  }
}
