import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { type Step, UsageError } from '@onnx-compress/core';
import { mergeSteps } from '../src/recipe/order.js';
import { checkRecipe } from '../src/recipe/read.js';
import { resolveRecipe } from '../src/recipe/resolve.js';
import { recipeJsonSchema } from '../src/recipe/schema.js';
import { cleanup, lowRank, prune, quantize } from '../src/steps.js';
import { targetOf } from '../src/target/target.js';

const TARGET = 'node-x64-avx2';
const names = (steps: readonly { readonly technique: string }[]) => steps.map(({ technique }) => technique);

describe('the order of steps', () => {
  it('is tidy, prune, fold, quant, tidy', () => {
    const steps = [prune('l1', { ratio: 0.4 }), quantize('int8-per-channel')];
    expect(names(resolveRecipe({ steps }, TARGET).steps)).toEqual(['tidy', 'l1', 'fold', 'int8-per-channel', 'tidy']);
    expect(names(resolveRecipe({}, TARGET).steps)).toEqual(['tidy', 'fold', 'tidy']);
  });

  it('has factorization between the two, on folded weights', () => {
    const steps = [prune('l1', { ratio: 0.4 }), lowRank('svd', { energy: 0.95 }), quantize('int8-per-channel')];
    const order = ['tidy', 'l1', 'fold', 'svd', 'int8-per-channel', 'tidy'];
    expect(names(resolveRecipe({ steps }, TARGET).steps)).toEqual(order);
    const flags = new Map([['low-rank', [lowRank('svd-conv', { rank: 16 })]] as const]);
    const recipe = [prune('l1', { ratio: 0.4 }), quantize('int8-per-channel')];
    expect(names(mergeSteps(recipe, flags))).toEqual(['l1', 'svd-conv', 'int8-per-channel']);
  });

  it('is left alone by cleanup off, and by a recipe with cleanup steps of its own', () => {
    const steps = [quantize('int8-per-channel')];
    expect(names(resolveRecipe({ steps, cleanup: 'off' }, TARGET).steps)).toEqual(['int8-per-channel']);
    expect(names(resolveRecipe({ steps: [...steps, cleanup('tidy')] }, TARGET).steps)).toEqual([
      'int8-per-channel',
      'tidy',
    ]);
  });

  it('follows the recipe where flags replace steps of a family', () => {
    const recipe = [quantize('int8-per-tensor'), prune('l2', { ratio: 0.1 })];
    const flags = new Map([['prune', [prune('l1', { ratio: 0.4 })]] as const]);
    expect(names(mergeSteps(recipe, flags))).toEqual(['int8-per-tensor', 'l1']);
  });

  it('puts a family that the recipe lacks where the fixed order has it', () => {
    const flags = new Map([['prune', [prune('l1', { ratio: 0.4 })]] as const]);
    expect(names(mergeSteps([quantize('int8-per-tensor')], flags))).toEqual(['l1', 'int8-per-tensor']);
  });

  it('lets a later quantization with a glob override an earlier one for those nodes', () => {
    const steps = [quantize('int8-per-channel'), quantize('int8-per-tensor', { include: ['/head/**'] })];
    const [first, second] = resolveRecipe({ steps, cleanup: 'off' }, TARGET).steps;
    expect(first?.skip).toEqual(['/head/**']);
    expect(second?.skip).toEqual([]);
  });

  it('refuses a later quantization that would override everything', () => {
    const steps = [quantize('int8-per-channel'), quantize('int8-per-tensor')];
    expect(() => resolveRecipe({ steps }, TARGET)).toThrow(UsageError);
  });
});

describe('budgets', () => {
  const budgets = { minSnr: 30, minCosine: 0.97 };
  const resolved = (steps: readonly Step[]) => resolveRecipe({ steps, budgets, cleanup: 'off' }, TARGET).steps;

  it('go to the steps that search for what keeps them', () => {
    const steps = [lowRank('svd', { auto: true }), quantize('int8-per-channel', { autoFallback: true })];
    const [factored, quantized] = resolved(steps);
    expect(factored?.options).toEqual({ ...steps[0]?.options, minCosine: 0.97 });
    expect(quantized?.options).toEqual({ ...steps[1]?.options, minSnr: 30 });
    expect(resolved(resolved(steps))).toEqual(resolved(steps));
  });

  it('leave steps alone that name their own limit, or search for nothing', () => {
    const steps = [
      lowRank('svd', { auto: true, minCosine: 0.9 }),
      lowRank('svd', { energy: 0.9 }),
      quantize('int8-per-channel', { autoFallback: true, minSnr: 20, include: ['/a'] }),
      quantize('int8-per-tensor', { include: ['/b'] }),
    ];
    expect(resolved(steps).map(({ options }) => options)).toEqual(steps.map(({ options }) => options));
  });
});

describe('recovery', () => {
  const recoverOf = (steps: readonly Step[]) => steps.map(({ options }) => options.recover);

  it('is shown in every step that removes channels, and in no other', () => {
    const steps = [prune('l1', { ratio: 0.4 }), prune('l1-unstructured', { amount: 0.5 }), quantize('int8-per-tensor')];
    const resolved = resolveRecipe({ steps, cleanup: 'off' }, TARGET).steps;
    expect(recoverOf(resolved)).toEqual(['auto', undefined, undefined]);
  });

  it('of a recipe goes to the steps that leave it at auto, also to a plan', () => {
    const removals = [{ node: 'conv', tensor: 'w', axis: 0, size: 8, channels: [3] }];
    const plan = { schemaVersion: 1, removals, input: { sha256: 'a' } };
    const steps = [prune('l1', { ratio: 0.4 }), prune('l2', { ratio: 0.1, recover: 'mean' }), prune('plan', { plan })];
    const resolved = resolveRecipe({ steps, cleanup: 'off', recover: 'off' }, TARGET);
    expect(recoverOf(resolved.steps)).toEqual(['off', 'mean', 'off']);
    expect(resolveRecipe(resolved, TARGET)).toEqual(resolved);
  });

  it('is checked like every other setting', () => {
    expect(checkRecipe({ recover: 'least-squares' }, 'r.json')).toEqual({ recover: 'least-squares' });
    expect(() => checkRecipe({ recover: 'magic' }, 'r.json')).toThrow(/r\.json is not a recipe: recover: /);
  });
});

describe('a recipe', () => {
  const steps = [quantize('int8-per-channel'), quantize('int8-per-tensor', { include: ['/head/**'] })];

  it('resolves to itself once it is resolved, also through JSON', () => {
    const resolved = resolveRecipe({ steps, budgets: { maxRatio: 0.3, minCosine: undefined } }, TARGET);
    const again = checkRecipe(JSON.parse(JSON.stringify(resolved)), 'recipe.json');
    expect(resolveRecipe(again, 'web-wasm')).toEqual(resolved);
  });

  it.each([
    [[], /not an object/],
    [{ stepz: [] }, /stepz/],
    [{ cleanup: 'maybe' }, /cleanup/],
    [{ budgets: { maxRatio: -1 } }, /budgets\.maxRatio/],
    [{ steps: {} }, /steps/],
    [{ steps: [{ family: 'prune', technique: 'l9' }] }, /l9/],
    [{ steps: [{ family: 'prune', technique: 'l1', options: { ratio: 2 } }] }, /steps\[0\].*ratio/],
  ])('is refused with the place of the mistake: %j', (value, message) => {
    const check = () => checkRecipe(value, 'recipe.json');
    expect(check).toThrow(UsageError);
    expect(check).toThrow(message);
  });

  it('has a published JSON Schema that follows from the registry', () => {
    const published: unknown = JSON.parse(readFileSync(new URL('../recipe.schema.json', import.meta.url), 'utf8'));
    expect(published).toEqual(JSON.parse(JSON.stringify(recipeJsonSchema())));
  });
});

describe('the detected target', () => {
  it.each([
    [['x64', 'avx2', 'avx512_vnni'], 'node-x64-vnni'],
    [['x64', 'avx2', 'avx_vnni'], 'node-x64-vnni'],
    [['x64', 'avx2'], 'node-x64-avx2'],
    [['arm64', 'asimddp'], 'node-arm64'],
  ])('of %j is %s', (cpuFeatures, target) => {
    expect(targetOf({ cpuFeatures })).toBe(target);
  });
});
