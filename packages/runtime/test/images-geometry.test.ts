import { describe, expect, it } from '@jest/globals';
import { place } from '../src/inputs/images/geometry.js';

const window = { width: 224, height: 224 };

describe('place', () => {
  it('scales the short side to 256 for 224 and takes the centre, as Resize(256) and CenterCrop(224)', () => {
    expect(place({ width: 640, height: 480 }, window, 'crop')).toEqual({ width: 341, height: 256, left: 58, top: 16 });
    expect(place({ width: 480, height: 640 }, window, 'crop')).toEqual({ width: 256, height: 341, left: 16, top: 58 });
    expect(place({ width: 100, height: 100 }, window, 'crop')).toEqual({ width: 256, height: 256, left: 16, top: 16 });
  });

  it('covers a window that is no square', () => {
    const wide = { width: 320, height: 48 };
    const placed = place({ width: 100, height: 100 }, wide, 'crop');
    expect(placed).toEqual({ width: 365, height: 365, left: 22, top: 158 });
  });

  it('leaves a picture of the wanted size as it is', () => {
    for (const fit of ['crop', 'stretch', 'pad'] as const)
      expect(place(window, window, fit)).toEqual({ ...window, left: 0, top: 0 });
  });

  it('stretches both sides', () => {
    expect(place({ width: 640, height: 480 }, window, 'stretch')).toEqual({ ...window, left: 0, top: 0 });
  });

  it('pads around the whole picture', () => {
    expect(place({ width: 640, height: 480 }, window, 'pad')).toEqual({ width: 224, height: 168, left: 0, top: -28 });
    expect(place({ width: 480, height: 640 }, window, 'pad')).toEqual({ width: 168, height: 224, left: -28, top: 0 });
    expect(place({ width: 10000, height: 10 }, window, 'pad')).toMatchObject({ width: 224, height: 1 });
  });

  it('never leaves a part of the window empty when it crops', () => {
    for (let width = 1; width < 60; width++) {
      for (let side = 1; side < 20; side++) {
        const small = { width: side, height: side + 3 };
        const placed = place({ width, height: 37 }, small, 'crop');
        expect(placed.left).toBeGreaterThanOrEqual(0);
        expect(placed.top).toBeGreaterThanOrEqual(0);
        expect(placed.left + small.width).toBeLessThanOrEqual(placed.width);
        expect(placed.top + small.height).toBeLessThanOrEqual(placed.height);
      }
    }
  });
});
