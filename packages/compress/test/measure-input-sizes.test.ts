import { describe, expect, it } from '@jest/globals';
import type { InputSpec } from '@onnx-compress/runtime';
import { parseInputSize } from '../src/measure/input-sizes.js';
import { requireSameInputs, sizesOfDims } from '../src/measure/inputs-fit.js';

const image: InputSpec = { name: 'image', dataType: 'float32', dims: ['batch', 3, 'height', 'width'] };
const ids: InputSpec = { name: 'ids', dataType: 'int64', dims: ['batch', 'length'] };
const mask: InputSpec = { name: 'mask', dataType: 'int64', dims: ['batch', 'length'] };

describe('an input size', () => {
  it('without a name is meant for the only input', () => {
    expect([...parseInputSize('1x3x224x224', [image])]).toEqual([['image', [1, 3, 224, 224]]]);
  });

  it('names the inputs of a model that has several, and may leave some out', () => {
    expect([...parseInputSize('ids=1x16+mask=1x16', [ids, mask])]).toEqual([
      ['ids', [1, 16]],
      ['mask', [1, 16]],
    ]);
    expect([...parseInputSize('mask=2x8', [ids, mask])]).toEqual([['mask', [2, 8]]]);
  });

  it.each([['1x3x0x224'], ['1*3'], [''], ['image='], ['image=1x3x8x8+image=1x3x8x8'], ['1x-3']])(
    'refuses "%s" and says how to write it',
    (entry) => {
      expect(() => parseInputSize(entry, [image])).toThrow(`"${entry}" is no input size`);
    },
  );

  it('refuses what the model does not have or take, and says what it takes', () => {
    expect(() => parseInputSize('picture=1x3x8x8', [image])).toThrow('the model has no input "picture"');
    expect(() => parseInputSize('1x16', [ids, mask])).toThrow('does not say which input it is for');
    expect(() => parseInputSize('1x1x8x8', [image])).toThrow(
      'input "image" is batch x 3 x height x width and cannot be 1x1x8x8',
    );
    expect(() => parseInputSize('1x3x8', [image])).toThrow('cannot be 1x3x8');
  });
});

describe('two models', () => {
  const check = (other: readonly InputSpec[]) => () => requireSameInputs([ids, mask], other, 'a.onnx', 'b.onnx');

  it('can be held against each other where every input fits, whatever its open dimensions are called', () => {
    expect(check([{ ...mask, dims: [1, 'n'] }, ids])).not.toThrow();
  });

  it('cannot where one lacks an input, or has it in another type, rank or size', () => {
    expect(check([ids])).toThrow('a.onnx and b.onnx do not take the same inputs: b.onnx lacks input "mask"');
    expect(check([ids, mask, image])).toThrow('a.onnx lacks input "image"');
    expect(check([ids, { ...mask, dataType: 'int32' }])).toThrow('input "mask" is int64 and int32');
    expect(check([ids, { ...mask, dims: ['n'] }])).toThrow('input "mask" has rank 2 and 1');
    const fixed = { ...ids, dims: [1, 16] };
    expect(() => requireSameInputs([fixed], [{ ...ids, dims: [1, 32] }], 'a.onnx', 'b.onnx')).toThrow(
      'input "ids" has size 16 and 32 on axis 1',
    );
  });

  it('share the sizes that only one of them has fixed', () => {
    const sizes = sizesOfDims([image, ids], { image: [1, 3, 'rows', 64], ids: [9, 12] });
    expect([...sizes]).toEqual([
      ['batch', 1],
      ['width', 64],
      ['length', 12],
    ]);
  });
});
