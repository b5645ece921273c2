import { createHash } from 'node:crypto';
import { Scratch, type Tensor } from '@onnx-compress/graph';

/** Whether two tensors have the same type and shape. */
export const sameShape = (first: Tensor, second: Tensor) =>
  first.dataType === second.dataType && first.dims.join() === second.dims.join();

/** Reads and hashes weights, each once; strings are told apart by their length only. */
export class Fingerprints {
  readonly #known = new Map<Tensor, Promise<string>>();
  readonly #scratch = new Scratch();

  /** A hash over type, shape and values. */
  of(tensor: Tensor): Promise<string> {
    const known = this.#known.get(tensor) ?? this.#hash(tensor);
    this.#known.set(tensor, known);
    return known;
  }

  async alike(first: Tensor, second: Tensor): Promise<boolean> {
    if (first === second) return true;
    return sameShape(first, second) && (await this.of(first)) === (await this.of(second));
  }

  #hash(tensor: Tensor): Promise<string> {
    const { dataType, dims, byteLength } = tensor;
    if (dataType === 'string') return Promise.resolve(`string ${dims.join()} ${byteLength}`);
    return this.#scratch.lend(byteLength, async (into) =>
      createHash('sha256')
        .update(`${dataType} ${dims.join()} `)
        .update(await tensor.bytes(into))
        .digest('base64'),
    );
  }
}
