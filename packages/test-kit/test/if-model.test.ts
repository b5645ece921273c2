import { describe, expect, it } from '@jest/globals';
import { memoryTensor } from '@onnx-compress/graph';
import { ifModelBytes } from '../src/if-model.js';
import { randomFloats } from '../src/random.js';
import { runModel } from '../src/run-model.js';

const condition = (chosen: boolean) => memoryTensor('bool', [], Uint8Array.of(chosen ? 1 : 0));

describe('ifModelBytes', () => {
  it('gives a model whose branches run in onnxruntime and differ', async () => {
    const x = randomFloats([1, 16], 5);
    const chosen = await runModel(ifModelBytes(), { condition: condition(true), x });
    const other = await runModel(ifModelBytes(), { condition: condition(false), x });
    expect(chosen.get('y')?.dims).toEqual([1, 8]);
    expect(chosen.get('y')?.inline).not.toEqual(other.get('y')?.inline);
  });

  it('writes the same bytes for the same seed', () => {
    expect(ifModelBytes({ seed: 4 })).toEqual(ifModelBytes({ seed: 4 }));
    expect(ifModelBytes({ seed: 4 })).not.toEqual(ifModelBytes({ seed: 5 }));
  });
});
