import type { Gemm, Matrix } from '@onnx-compress/core';
import { createModel, float32Tensor, modelBytes, present, readFloats } from '@onnx-compress/graph';
import type { Host, HostedSession, HostTensor } from '../host/contract.js';
import { HostError } from '../host/errors.js';
import { fromHostTensor, toHostTensor } from '../host/tensors.js';
import { freeMemory } from '../memory/free-memory.js';

/** Which factor of a product is transposed. */
type Transposed = 'left' | 'right';

/** One Gemm, one of whose factors is transposed. */
function productModel(transposed: Transposed): Promise<Uint8Array> {
  const model = createModel({
    inputs: [
      { name: 'left', dataType: 'float32', dims: ['leftRows', 'leftColumns'] },
      { name: 'right', dataType: 'float32', dims: ['rightRows', 'rightColumns'] },
    ],
    outputs: [{ name: 'product', dataType: 'float32', dims: ['rows', 'columns'] }],
  });
  model.graph.addNode({
    opType: 'Gemm',
    inputs: ['left', 'right'],
    outputs: ['product'],
    attributes: { [transposed === 'left' ? 'transA' : 'transB']: { int: 1 } },
  });
  return modelBytes(model);
}

/** The session of the product model: opened with the first product, and again after its host has died. */
class ProductSession {
  #session: Promise<HostedSession> | undefined;

  constructor(
    private readonly host: Host,
    private readonly transposed: Transposed,
  ) {}

  async run(feeds: ReadonlyMap<string, HostTensor>, signal: AbortSignal): Promise<HostTensor> {
    const isFirst = this.#session === undefined;
    try {
      return await this.#runOnce(feeds, signal);
    } catch (error) {
      this.#session = undefined;
      if (isFirst || !(error instanceof HostError)) throw error;
      return this.#runOnce(feeds, signal);
    }
  }

  async #runOnce(feeds: ReadonlyMap<string, HostTensor>, signal: AbortSignal): Promise<HostTensor> {
    this.#session ??= this.#open(signal);
    const outputs = await (await this.#session).run(feeds, { signal });
    return present(outputs.get('product'), 'product');
  }

  async #open(signal: AbortSignal): Promise<HostedSession> {
    return this.host.open({ bytes: await productModel(this.transposed) }, { threads: 1, signal });
  }
}

const tensorOf = ({ rows, columns, values }: Matrix) => toHostTensor(float32Tensor([rows, columns], values));

/** @param sizeOf rows and columns of the product */
function multiplyWith(
  session: ProductSession,
  sizeOf: (left: Matrix, right: Matrix) => readonly [number, number],
): Gemm['rowProducts'] {
  return async (left, right, use, signal) => {
    const first = await tensorOf(left);
    const second = left === right ? first : await tensorOf(right);
    const feeds = new Map([
      ['left', first],
      ['right', second],
    ]);
    const values = await readFloats(fromHostTensor(await session.run(feeds, signal)));
    const [rows, columns] = sizeOf(left, right);
    use({ rows, columns, values });
    if (values.buffer instanceof ArrayBuffer) freeMemory(values.buffer);
  };
}

/**
 * Matrix products in onnxruntime, whose kernels are 40 times as fast as loops in JavaScript. One thread computes them,
 * so that the last digits do not depend on the number of cores. The session stays open until the host is closed.
 *
 * Give it a host of its own with transport `worker`: matrices are copied once, and the memory of the copies is used
 * again.
 *
 * @example
 * await createGemm(createHost('worker')).rowProducts(filters, filters, (gram) => add(gram), signal);
 */
export function createGemm(host: Host): Gemm {
  return {
    rowProducts: multiplyWith(new ProductSession(host, 'right'), (left, right) => [left.rows, right.rows]),
    columnProducts: multiplyWith(new ProductSession(host, 'left'), (left, right) => [left.columns, right.columns]),
  };
}
