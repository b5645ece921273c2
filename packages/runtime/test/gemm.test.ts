import { afterAll, describe, expect, it } from '@jest/globals';
import { CancelledError, type Gemm, type Matrix } from '@onnx-compress/core';
import { createGemm } from '../src/evaluate/gemm.js';
import type { Host } from '../src/host/contract.js';
import { createHost } from '../src/host/host.js';

const worker = createHost('worker');
afterAll(() => worker.close());
const { signal } = new AbortController();

const matrix = (rows: number, columns: number, values: readonly number[]) => ({
  rows,
  columns,
  values: Float32Array.from(values),
});
const left = matrix(2, 3, [1, 2, 3, 4, 5, 6]);
const right = matrix(1, 3, [1, 0, -1]);

/** A copy of the products. */
async function productsOf(gemm: Gemm, a: Matrix, b: Matrix, until = signal): Promise<Matrix | undefined> {
  let copy: Matrix | undefined;
  await gemm.rowProducts(
    a,
    b,
    (product) => {
      copy = { ...product, values: product.values.slice() };
    },
    until,
  );
  return copy;
}

/** The same host, counting the sessions that it opens. */
function counting(host: Host): Host & { readonly opened: number } {
  let opened = 0;
  return {
    transport: host.transport,
    open: (...location) => {
      opened++;
      return host.open(...location);
    },
    close: () => host.close(),
    get opened() {
      return opened;
    },
  };
}

describe('row products', () => {
  it('multiplies all rows of one matrix with all rows of the other', async () => {
    expect(await productsOf(createGemm(worker), left, right)).toEqual(matrix(2, 1, [-2, -2]));
  });

  it('gives the Gram matrix of a matrix with itself, and leaves the matrix alone', async () => {
    expect(await productsOf(createGemm(worker), left, left)).toEqual(matrix(2, 2, [14, 32, 32, 77]));
    expect([...left.values]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('takes rows that are a part of a larger array', async () => {
    const part = { rows: 1, columns: 3, values: left.values.subarray(3) };
    expect(await productsOf(createGemm(worker), part, right)).toEqual(matrix(1, 1, [-2]));
  });

  it('gives the memory of the products back after their use', async () => {
    const seen: Matrix[] = [];
    await createGemm(worker).rowProducts(left, right, (products) => seen.push(products), signal);
    expect(seen.map(({ values }) => values.length)).toEqual([0]);
  });

  it('multiplies large matrices after small ones, and small ones after large ones', async () => {
    const gemm = createGemm(worker);
    const ones = (rows: number) => matrix(rows, 3, Array(3 * rows).fill(1));
    for (const rows of [1, 50, 2, 80, 1]) {
      expect(await productsOf(gemm, ones(rows), left)).toEqual(matrix(rows, 2, Array(rows).fill([6, 15]).flat()));
    }
  });

  it('uses one session for all products', async () => {
    const host = counting(worker);
    const gemm = createGemm(host);
    for (let run = 0; run < 3; run++) await productsOf(gemm, left, right);
    expect(host.opened).toBe(1);
  });

  it('opens another session when the host was closed meanwhile', async () => {
    const host = createHost('process');
    try {
      const gemm = createGemm(host);
      await productsOf(gemm, left, right);
      await host.close();
      expect(await productsOf(gemm, left, right)).toEqual(matrix(2, 1, [-2, -2]));
    } finally {
      await host.close();
    }
  });

  it('stops when cancelled, and works again afterwards', async () => {
    const gemm = createGemm(worker);
    const cancelling = new AbortController();
    const product = productsOf(gemm, left, right, cancelling.signal);
    cancelling.abort();
    await expect(product).rejects.toThrow(CancelledError);
    expect(await productsOf(gemm, left, right)).toEqual(matrix(2, 1, [-2, -2]));
  });

  it('says what onnxruntime refuses', async () => {
    const products = productsOf(createGemm(worker), left, matrix(1, 2, [1, 2]));
    await expect(products).rejects.toMatchObject({ code: 'RUNTIME_RUN' });
  });
});

describe('column products', () => {
  it('multiplies all columns of one matrix with all columns of the other', async () => {
    const sums: Matrix[] = [];
    const take = (products: Matrix) => sums.push({ ...products, values: products.values.slice() });
    await createGemm(worker).columnProducts(left, matrix(2, 1, [1, -1]), take, signal);
    expect(sums).toEqual([matrix(3, 1, [-3, -3, -3])]);
  });

  it('gives the Gram matrix of the columns of a matrix, beside products of rows', async () => {
    const gemm = createGemm(worker);
    await productsOf(gemm, left, left);
    let values: readonly number[] = [];
    await gemm.columnProducts(
      left,
      left,
      (products) => {
        values = [...products.values];
      },
      signal,
    );
    expect(values).toEqual([17, 22, 27, 22, 29, 36, 27, 36, 45]);
    expect(await productsOf(gemm, left, left)).toEqual(matrix(2, 2, [14, 32, 32, 77]));
  });
});
