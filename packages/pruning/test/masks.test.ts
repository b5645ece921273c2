import { afterAll, describe, expect, it } from '@jest/globals';
import { createRegistry, formatStep, parseSpec, resolveStep, seededRandom } from '@onnx-compress/core';
import {
  computedTensor,
  float32Tensor,
  floatsToTensor,
  type Model,
  memoryTensor,
  type NodeSpec,
  present,
  readFloats,
  type Tensor,
} from '@onnx-compress/graph';
import { buildModel } from '@onnx-compress/test-kit';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import fc from 'fast-check';
import { l1Unstructured } from '../src/criteria/l1-unstructured.js';
import { cutAt } from '../src/masks/cut.js';
import { testContext } from './pruning-context.js';

const registry = createRegistry([l1Unstructured]);

const ALL = { include: [], skip: [] };

/** A model of the given layers, each a node whose second input is the weight of its own name. */
function layers(weights: Readonly<Record<string, Tensor>>, nodes: readonly NodeSpec[]): Model {
  return buildModel({ inputs: { x: ['float32', [1, 4]] }, outputs: [nodes.at(-1)?.outputs[0] ?? ''], weights, nodes });
}

const matMul = (name: string, input: string, weight = name): NodeSpec => ({
  opType: 'MatMul',
  name,
  inputs: [input, weight],
  outputs: [`${name}_out`],
});

async function masked(model: Model, spec: string) {
  const step = resolveStep(registry, 'prune', parseSpec(spec));
  const copy = model.clone();
  const result = await l1Unstructured
    .create({ scope: 'layer', amount: 0.5, ...step.options }, { include: step.include, skip: step.skip })
    .run(copy, testContext());
  return { copy, result };
}

const values = async (model: Model, name: string) => [
  ...(await readFloats(present(model.graph.value(name)?.weight, name).tensor)),
];

afterAll(closeHost);

describe('l1-unstructured', () => {
  const weights = {
    first: float32Tensor([4, 2], [0.1, -0.2, 0.3, -0.4, 0.5, -0.6, 0.7, -0.8]),
    second: float32Tensor([2, 2], [9, -0.05, 0.4, 7]),
  };
  const model = layers(weights, [matMul('first', 'x'), matMul('second', 'first_out')]);

  it('sets the given part of each weight to zero, the smallest magnitudes first', async () => {
    const { copy, result } = await masked(model, 'l1-unstructured:0.5');
    expect(await values(copy, 'first')).toEqual(await values(layersOf([0, 0, 0, 0, 0.5, -0.6, 0.7, -0.8]), 'w'));
    expect(await values(copy, 'second')).toEqual([9, 0, 0, 7]);
    expect(result.changed).toEqual([
      { node: 'first', tensor: 'first', weights: 8, zerosBefore: 0, zeros: 4 },
      { node: 'second', tensor: 'second', weights: 4, zerosBefore: 0, zeros: 2 },
    ]);
    expect(result.metrics).toMatchObject({ requestedSparsity: 0.5, sparsity: 0.5, zeros: 6, weights: 12 });
  });

  it('compares all weights with each other where the scope is global', async () => {
    const { copy, result } = await masked(model, 'l1-unstructured:0.5,scope=global');
    expect(await values(copy, 'first')).toEqual(await values(layersOf([0, 0, 0, 0, 0.5, -0.6, 0.7, -0.8]), 'w'));
    expect(await values(copy, 'second')).toEqual([9, 0, 0, 7].map((value) => Math.fround(value)));
    expect(result.metrics).toMatchObject({ zeros: 6 });
    const { copy: more } = await masked(model, 'l1-unstructured:0.75,scope=global');
    expect(await values(more, 'first')).toEqual(await values(layersOf([0, 0, 0, 0, 0, 0, 0, -0.8]), 'w'));
  });

  const layersOf = (numbers: readonly number[]) => layers({ w: float32Tensor([4, 2], numbers) }, [matMul('w', 'x')]);

  it('keeps the lower index of equal weights, across weights too', async () => {
    const { copy } = await masked(layersOf([1, -1, 1, -1, 1, 1, 1, 1]), 'l1-unstructured:0.5');
    expect(await values(copy, 'w')).toEqual([1, -1, 1, -1, 0, 0, 0, 0]);
    const equal = {
      first: float32Tensor([4, 2], new Float32Array(8).fill(2)),
      second: float32Tensor([2, 2], [2, 2, 2, 2]),
    };
    const both = layers(equal, [matMul('first', 'x'), matMul('second', 'first_out')]);
    const { copy: global } = await masked(both, 'l1-unstructured:0.5,scope=global');
    expect(await values(global, 'first')).toEqual([2, 2, 2, 2, 2, 2, 0, 0]);
    expect(await values(global, 'second')).toEqual([0, 0, 0, 0]);
  });

  it('counts zeros that were there, and reports a weight that has enough of them as skipped', async () => {
    const { result } = await masked(layersOf([0, 0, 0, 0, 0, 3, -0, 1]), 'l1-unstructured:0.5');
    expect(result.changed).toEqual([]);
    expect(result.skipped).toEqual([{ node: 'w', reason: 'as many of its weights are zero already' }]);
    expect(result.metrics).toMatchObject({ zerosBefore: 6, zeros: 6, sparsity: 0.75 });
  });

  it('refuses a weight with NaN, naming the element', async () => {
    const broken = layersOf([1, 2, 3, Number.NaN, 5, 6, 7, 8]);
    await expect(masked(broken, 'l1-unstructured:0.5')).rejects.toMatchObject({
      code: 'WEIGHT_NOT_FINITE',
      message: '"w": element 3 of weight "w" is NaN or infinity',
    });
    await expect(masked(broken, 'l1-unstructured:0.5,scope=global')).rejects.toMatchObject({ tensor: 'w' });
  });

  it.each(['float16', 'bfloat16', 'float64'] as const)(
    'leaves the other elements of %s as they are, bit by bit',
    async (type) => {
      const original = floatsToTensor(type, [4, 1], Float32Array.of(1.5, -0.25, 3, 0.125));
      const { copy } = await masked(layers({ w: original }, [matMul('w', 'x')]), 'l1-unstructured:0.5');
      const expected = floatsToTensor(type, [4, 1], Float32Array.of(1.5, 0, 3, 0));
      const tensor = present(copy.graph.value('w')?.weight, 'w').tensor;
      expect([tensor.dataType, await tensor.bytes()]).toEqual([type, await expected.bytes()]);
    },
  );

  it('masks a large weight only when its bytes are asked for', async () => {
    let reads = 0;
    const source = Float32Array.of(4, 1, 3, 2, 8, 5, 7, 6);
    const large = computedTensor('float32', [4, 2], async () => {
      reads++;
      return new Uint8Array(source.slice().buffer);
    });
    const original = layersOf([0, 0, 0, 0, 0, 0, 0, 0]);
    present(original.graph.value('w')?.weight, 'w').replace(large);
    const { copy } = await masked(original, 'l1-unstructured:0.5');
    const before = reads;
    expect(await values(copy, 'w')).toEqual([0, 0, 0, 0, 8, 5, 7, 6]);
    expect([before, reads]).toEqual([1, 2]);
  });

  it('leaves biases, quantized weights, skipped layers and weights that they share alone', async () => {
    const shared = {
      w: float32Tensor(
        [4, 4],
        Array.from({ length: 16 }, (_, index) => index + 1),
      ),
    };
    const twice = layers(shared, [matMul('a', 'x', 'w'), matMul('b', 'a_out', 'w')]);
    expect((await masked(twice, 'l1-unstructured:0.5,skip=b')).result.changed).toEqual([]);
    expect((await masked(twice, 'l1-unstructured:0.5')).result.changed).toHaveLength(1);
    const quantized = layers(
      { q: memoryTensor('int8', [4, 1], Uint8Array.of(1, 2, 3, 4)), s: float32Tensor([], [0.5]) },
      [{ opType: 'DequantizeLinear', name: 'dq', inputs: ['q', 's'], outputs: ['w'] }, matMul('m', 'x', 'w')],
    );
    const { result } = await masked(quantized, 'l1-unstructured:0.5');
    expect(result.skipped).toEqual([{ node: 'm', reason: 'the weight is quantized; mask before quantizing' }]);
    const biased = layers(
      { w: float32Tensor([4, 2], [1, 2, 3, 4, 5, 6, 7, 8]), b: float32Tensor([2], [0.001, 0.001]) },
      [{ opType: 'Gemm', name: 'g', inputs: ['x', 'w', 'b'], outputs: ['y'] }],
    );
    const { copy } = await masked(biased, 'l1-unstructured:0.75,scope=global');
    expect(await values(copy, 'b')).toEqual([0.001, 0.001].map(Math.fround));
  });
});

describe('N:M patterns', () => {
  it('keep the N largest of every M weights that are summed up, ties the lower index', async () => {
    const columns = float32Tensor([4, 2], [1, 8, -3, 7, 2, 7, -4, 7]);
    const { copy, result } = await masked(layers({ w: columns }, [matMul('w', 'x')]), 'l1-unstructured:2:4');
    expect(await values(copy, 'w')).toEqual([0, 8, -3, 7, 0, 0, -4, 0]);
    expect(result.metrics).toMatchObject({ pattern: '2:4', sparsity: 0.5, zeros: 4 });
  });

  it('follow the summed axis of each operator', async () => {
    const rows = float32Tensor([2, 4], [1, 2, 3, 4, 4, 3, 2, 1]);
    const gemm = { opType: 'Gemm', name: 'g', inputs: ['x', 'w'], outputs: ['y'], attributes: { transB: { int: 1 } } };
    const { copy } = await masked(layers({ w: rows }, [gemm]), 'l1-unstructured:1:4');
    expect(await values(copy, 'w')).toEqual([0, 0, 0, 4, 4, 0, 0, 0]);
    const transpose = { opType: 'Transpose', name: 't', inputs: ['w'], outputs: ['wt'] };
    const through = layers({ w: rows }, [transpose, matMul('m', 'x', 'wt')]);
    expect(await values((await masked(through, 'l1-unstructured:1:4')).copy, 'w')).toEqual([0, 0, 0, 4, 4, 0, 0, 0]);
    const conv = buildModel({
      inputs: { x: ['float32', [1, 2, 1, 1]] },
      outputs: ['y'],
      weights: { w: float32Tensor([1, 2, 1, 3], [1, 5, 3, 4, 2, 6]) },
      nodes: [{ opType: 'Conv', name: 'c', inputs: ['x', 'w'], outputs: ['y'] }],
    });
    expect(await values((await masked(conv, 'l1-unstructured:1:2')).copy, 'w')).toEqual([0, 5, 0, 4, 0, 6]);
  });

  it('leave a layer alone whose sums have no whole number of blocks', async () => {
    const { result } = await masked(
      layers({ w: float32Tensor([3, 1], [1, 2, 3]) }, [matMul('w', 'x')]),
      'l1-unstructured:2:4',
    );
    expect(result.skipped).toEqual([
      { node: 'w', reason: 'the 3 weights that are summed up are no whole number of blocks of 4' },
    ]);
  });

  it('are read and written as specs; what is none is refused', () => {
    const step = resolveStep(registry, 'prune', parseSpec('l1-unstructured:2:4'));
    expect(step.options).toEqual({ amount: '2:4', scope: 'layer' });
    expect(formatStep(registry, step)).toBe('l1-unstructured:2:4');
    expect(formatStep(registry, resolveStep(registry, 'prune', parseSpec('l1-unstructured:0.25,scope=global')))).toBe(
      'l1-unstructured:0.25,scope=global',
    );
    for (const bad of ['0:4', '1.5', '0', 'half', '2:']) {
      expect(() => resolveStep(registry, 'prune', parseSpec(`l1-unstructured:${bad}`))).toThrow(
        `amount must be a number above 0 and below 1, or N:M such as 2:4, which keeps the N largest of every M, not ${bad}.`,
      );
    }
    expect(() => resolveStep(registry, 'prune', parseSpec('l1-unstructured:4:4'))).toThrow(
      'amount: of N:M, N must be smaller than M',
    );
  });
});

describe('the cut', () => {
  it('is where sorting puts it', async () => {
    const random = fc.integer({ min: 0, max: 1_000_000 });
    await fc.assert(
      fc.asyncProperty(
        random,
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 1, max: 9 }),
        async (seed, size, grid) => {
          const numbers = seededRandom(seed, 'weights');
          const weights = Float32Array.from({ length: size }, () =>
            grid < 5 ? numbers.normal() : Math.round(numbers.normal() * grid) / grid,
          );
          const count = 1 + numbers.integer(size);
          const parts = [weights.slice(0, size >> 1), weights.slice(size >> 1)];
          const cut = await cutAt(count, async (visit) => {
            for (const part of parts) visit(new Uint32Array(part.buffer));
          });
          const magnitudes = new Uint32Array(weights.map(Math.abs).buffer);
          const sorted = magnitudes.slice().sort();
          expect(cut.magnitude).toBe(sorted[count - 1]);
          const below = magnitudes.filter((own) => own < cut.magnitude).length;
          const equal = magnitudes.filter((own) => own === cut.magnitude).length;
          expect(below + equal - cut.keepEqual).toBe(count);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('masks as properties', () => {
  it('have exactly the zeros asked for, and no kept weight is smaller than one that went', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 1e6 }),
        fc.double({ min: 0.05, max: 0.95, noNaN: true }),
        async (seed, part) => {
          const numbers = seededRandom(seed, 'weights');
          const original = Float32Array.from({ length: 24 }, () => numbers.normal() || 1);
          const net = layers({ w: float32Tensor([4, 6], original) }, [matMul('w', 'x')]);
          const result = net.clone();
          await l1Unstructured.create({ amount: part, scope: 'layer' }, ALL).run(result, testContext());
          const after = await values(result, 'w');
          const gone = [...original].filter((_, index) => after[index] === 0).map(Math.abs);
          const kept = [...original].filter((_, index) => after[index] !== 0).map(Math.abs);
          expect(gone).toHaveLength(Math.round(part * 24));
          expect(Math.max(0, ...gone)).toBeLessThanOrEqual(Math.min(Number.POSITIVE_INFINITY, ...kept));
        },
      ),
      { numRuns: 60 },
    );
  });
});
