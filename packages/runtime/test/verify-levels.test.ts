import { describe, expect, it } from '@jest/globals';
import { CancelledError } from '@onnx-compress/core';
import { computedTensor, float32Tensor } from '@onnx-compress/graph';
import { buildModel } from '@onnx-compress/test-kit';
import type { Host, HostedSession, HostTensor, OptimizationLevel } from '../src/host/contract.js';
import { HostError } from '../src/host/errors.js';
import type { VerificationInputs } from '../src/inputs/verification-inputs.js';
import { verifyModels } from '../src/verify/verify-models.js';

/** What a scripted model answers at a level: numbers, or a failure. */
type Script = Readonly<Partial<Record<OptimizationLevel, readonly number[] | 'load' | 'run'>>>;

const failure = (phase: 'load' | 'run') => new HostError(phase, 'SCRIPTED', `scripted ${phase} failure`);

/** A host whose sessions answer as scripted; counts the sessions that are open. */
class ScriptedHost implements Host {
  readonly transport = 'worker';
  open_ = 0;
  most = 0;
  runs = 0;

  constructor(private readonly scripts: Readonly<Record<string, Script>>) {}

  async open(model: Parameters<Host['open']>[0], options: Parameters<Host['open']>[1]): Promise<HostedSession> {
    const answer = 'path' in model ? this.scripts[model.path]?.[options?.optimization ?? 'all'] : undefined;
    if (answer === undefined || answer === 'load') throw failure('load');
    this.open_++;
    this.most = Math.max(this.most, this.open_);
    const value = { dataType: 'float32', dims: [1, undefined], transferable: true } as const;
    return {
      inputs: [{ ...value, name: 'x' }],
      outputs: [{ ...value, name: 'y' }],
      unfetchable: [],
      run: async () => {
        this.runs++;
        if (answer === 'run') throw failure('run');
        const values = Float32Array.from(answer);
        return new Map<string, HostTensor>([
          ['y', { dataType: 'float32', dims: [1, values.length], bytes: new Uint8Array(values.buffer) }],
        ]);
      },
      endProfiling: async () => {},
      release: async () => {
        this.open_--;
      },
    };
  }

  async close(): Promise<void> {}
}

const inputs: VerificationInputs = {
  source: 'random',
  count: 3,
  variants: 1,
  dims: {},
  async *samples() {
    for (let index = 0; index < 3; index++) yield new Map();
  },
};

const floats = buildModel({
  inputs: { x: ['float32', [1, 2]] },
  outputs: ['y'],
  nodes: [{ opType: 'Relu', inputs: ['x'], outputs: ['y'] }],
});

const integers = buildModel({
  inputs: { x: ['float32', [1, 2]] },
  outputs: ['y'],
  weights: { scale: float32Tensor([], [0.1]) },
  nodes: [
    { opType: 'QuantizeLinear', inputs: ['x', 'scale'], outputs: ['q'] },
    { opType: 'DequantizeLinear', inputs: ['q', 'scale'], outputs: ['y'] },
  ],
});

/** A model that is large by its weights, which nothing reads. */
function large(elements = 2 ** 24) {
  const bytes = async () => new Uint8Array(4 * elements);
  const model = floats.clone();
  model.graph.addWeight('table', computedTensor('float32', [elements], bytes));
  return model;
}

async function verified(
  original: Script,
  candidate: Script,
  signal?: AbortSignal,
  model = floats,
  originalModel = floats,
) {
  const host = new ScriptedHost({ original, candidate });
  const before = { location: { path: 'original' }, model: originalModel };
  const after = { location: { path: 'candidate' }, model };
  try {
    const options = { mode: 'full', ...(signal === undefined ? {} : { signal }) } as const;
    return { ...(await verifyModels(host, before, after, inputs, options)), most: host.most, runs: host.runs };
  } finally {
    expect(host.open_).toBe(0);
  }
}

const same = [1, 2];

describe('two optimization levels', () => {
  it('need two sessions at a time, and all are released', async () => {
    const result = await verified({ all: same, disabled: same }, { all: same, disabled: same });
    expect(result).toMatchObject({ status: 'ok', most: 2, optimizationLevels: ['all', 'disabled'] });
  });

  it('need one session at a time for large models, whose outputs are kept', async () => {
    const scripts = { all: same, disabled: same };
    const result = await verified(scripts, scripts, undefined, large(), large());
    expect(result).toMatchObject({ status: 'ok', fidelity: 'exact', most: 1, optimizationLevels: ['all', 'disabled'] });
  });

  it('tell a large model that disagrees with itself', async () => {
    const scripts = { all: same, disabled: [1, 2.1] };
    const result = await verified({ all: same, disabled: same }, scripts, undefined, large(), large());
    expect(result).toMatchObject({
      status: 'failed',
      reasons: [expect.stringContaining('between optimization levels')],
    });
  });

  it('are compared on few samples, the original on all', async () => {
    const scripts = { all: same, disabled: same };
    expect(await verified(scripts, scripts)).toMatchObject({ status: 'ok', runs: 2 + 2 + 3 + 3 + 2 + 2 });
  });

  it('fail a candidate that gives different results', async () => {
    const result = await verified({ all: same, disabled: same }, { all: same, disabled: [1, 2.1] });
    expect(result).toMatchObject({ status: 'failed', fidelity: 'exact' });
    expect(result.reasons).toEqual([expect.stringContaining('between optimization levels')]);
  });

  it('forgive a difference that the original has itself', async () => {
    const result = await verified({ all: same, disabled: [1, 2.02] }, { all: same, disabled: [1, 2.1] });
    expect(result).toMatchObject({ status: 'ok', reasons: [] });
  });

  it.each([
    ['a tenth', [1, 2], [1.1, 2], 'ok'],
    ['as much as from the original', [1.4, 2], [1.1, 2], 'ok'],
    ['more than from the original', [1.4, 2], [2, 2], 'failed'],
    ['a quarter, as after a wrong fusion', [2, 2], [1, 2], 'failed'],
  ])('may differ by %s where integers round', async (_, all, disabled, status) => {
    const original = { all: same, disabled: same };
    expect(await verified(original, { all, disabled }, undefined, integers)).toMatchObject({ status });
  });

  it.each(['load', 'run'] as const)('fail a candidate that does not %s without optimizations', async (phase) => {
    const result = await verified({ all: same, disabled: same }, { all: same, disabled: phase });
    expect(result).toMatchObject({ status: 'failed', cosine: 1 });
    expect(result.reasons).toEqual([`does not ${phase} at optimization level 'disabled': scripted ${phase} failure`]);
  });

  it.each(['load', 'run'] as const)('are one when the original does not %s at the other', async (phase) => {
    const plain = await verified({ all: phase, disabled: same }, { all: 'load', disabled: same });
    expect(plain).toMatchObject({ status: 'ok', optimizationLevels: ['disabled'] });
    expect(plain.warnings).toEqual([expect.stringContaining("does not run at optimization level 'all'")]);
    const optimized = await verified({ all: same, disabled: phase }, { all: same, disabled: 'load' });
    expect(optimized).toMatchObject({ status: 'ok', optimizationLevels: ['all'] });
  });

  it.each(['load', 'run'] as const)('are one when a large original does not %s at the other', async (phase) => {
    const plain = await verified({ all: phase, disabled: same }, { disabled: same }, undefined, large(), large());
    expect(plain).toMatchObject({ status: 'ok', most: 1, optimizationLevels: ['disabled'] });
    const optimized = await verified({ all: same, disabled: phase }, { all: same }, undefined, large(), large());
    expect(optimized).toMatchObject({ status: 'ok', most: 1, optimizationLevels: ['all'] });
  });

  it.each(['load', 'run'] as const)('end in a model error when the original can not %s at either', async (phase) => {
    await expect(verified({ all: phase, disabled: phase }, {})).rejects.toMatchObject({
      code: 'ORIGINAL_DOES_NOT_RUN',
      exitCode: 3,
    });
  });
});

describe('cancellation', () => {
  it('stops between samples and releases all sessions', async () => {
    const signal = AbortSignal.abort();
    await expect(verified({ all: same, disabled: same }, {}, signal)).rejects.toBeInstanceOf(CancelledError);
  });
});
