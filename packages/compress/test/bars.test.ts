import { describe, expect, it } from '@jest/globals';
import { renderBar } from '../src/render/bars.js';

describe('a bar', () => {
  it('is as long as its part, to an eighth of a cell', () => {
    expect(renderBar(0.5, 4, 'unicode')).toBe('██');
    expect(renderBar(0.53125, 4, 'unicode')).toBe('██▏');
    expect(renderBar(1, 4, 'unicode')).toBe('████');
    expect(renderBar(0.5, 4, 'ascii')).toBe('##');
    expect(renderBar(1, 4, 'none')).toBe('');
  });

  it('shows every part above zero and stays within its width', () => {
    expect([renderBar(1e-9, 10, 'unicode'), renderBar(1e-9, 10, 'ascii')]).toEqual(['▏', '.']);
    expect([renderBar(0, 10, 'unicode'), renderBar(Number.NaN, 10, 'ascii'), renderBar(-1, 10, 'ascii')]).toEqual([
      '',
      '',
      '',
    ]);
    expect(renderBar(7, 3, 'ascii')).toBe('###');
  });
});
