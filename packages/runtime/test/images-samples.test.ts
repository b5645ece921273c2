import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { present } from '@onnx-compress/graph';
import sharp from 'sharp';
import { openCalibration } from '../src/inputs/calibration.js';
import { loadSharp } from '../src/inputs/images/load-sharp.js';
import { resolvePreprocessing } from '../src/inputs/images/parse-preprocessing.js';
import { previewImages } from '../src/inputs/images/preview-images.js';
import { colour, type Fed, feed, imageInput, png, withFiles } from './images-files.js';
import { floatNpy } from './inputs-files.js';

const SMALL = imageInput([1, 3, 2, 2]);

/** Four pixels of one colour. */
const dot = (red: number, green: number, blue: number) => png(2, 2, new Array(4).fill([red, green, blue]).flat());

/** The first element of each plane. */
const pixelOf = ({ values }: Fed) => [values[0], values[4], values[8]];

/** Two red pixels above two of blue-green. */
const redOverBlue = () => png(2, 2, [255, 0, 51, 255, 0, 51, 0, 102, 204, 0, 102, 204]);
const PLANES = [255, 255, 0, 0, 0, 0, 102, 102, 51, 51, 204, 204];
const PIXELS = [255, 0, 51, 255, 0, 51, 0, 102, 204, 0, 102, 204];

const only = async (...given: Parameters<typeof feed>) => present((await feed(...given))[0], 'sample');

describe('pixels', () => {
  // By hand for the pixel 255, 102, 0: imagenet (1-0.485)/0.229, (0.4-0.456)/0.224, -0.406/0.225.
  it.each([
    ['imagenet', [2.2489083, -0.25, -1.8044444]],
    ['imagenet-bgr', [-103.939, -14.779, 131.32]],
    ['unit', [1, 0.4, 0]],
    ['signed', [1, -0.2, -1]],
    ['none', [255, 102, 0]],
    ['none,mean=127,std=128', [1, -0.1953125, -0.9921875]],
    ['mean=0.5,0.4,0.3,std=0.5,0.25,0.1,order=bgr', [-1, 0, 7]],
  ])('become the values of %s', async (preprocess, expected) => {
    const fed = await only({ 'a.png': await dot(255, 102, 0) }, preprocess, SMALL);
    expect(fed.dims).toEqual([1, 3, 2, 2]);
    for (const [index, value] of pixelOf(fed).entries()) expect(value).toBeCloseTo(expected[index] ?? Number.NaN, 4);
  });

  it('are rounded once from double precision', async () => {
    const fed = await only({ 'a.png': await dot(7, 102, 200) }, 'imagenet', SMALL);
    expect(pixelOf(fed)).toEqual([
      Math.fround((7 / 255 - 0.485) / 0.229),
      Math.fround((102 / 255 - 0.456) / 0.224),
      Math.fround((200 / 255 - 0.406) / 0.225),
    ]);
  });

  it('stand plane by plane, or pixel by pixel, as the shape says', async () => {
    const files = { 'a.png': await redOverBlue() };
    expect(await only(files, 'none', SMALL)).toEqual({ dims: [1, 3, 2, 2], values: PLANES });
    expect(await only(files, 'none', imageInput([1, 2, 2, 3]))).toEqual({ dims: [1, 2, 2, 3], values: PIXELS });
    expect(await only(files, 'none', imageInput([3, 2, 2]))).toEqual({ dims: [3, 2, 2], values: PLANES });
    const swapped = await only(files, 'none,order=bgr', imageInput(['N', 2, 2, 3]));
    expect(swapped.values).toEqual([51, 0, 255, 51, 0, 255, 204, 102, 0, 204, 102, 0]);
  });

  it('take the size and the layout from the preprocessing where the model leaves them open', async () => {
    const files = { 'a.png': await redOverBlue() };
    const open = imageInput(['N', undefined, undefined, undefined]);
    expect(await only(files, 'none,size=2,layout=nchw', open)).toEqual({ dims: [1, 3, 2, 2], values: PLANES });
    expect(await only(files, 'none,size=2x2,layout=nhwc', open)).toEqual({ dims: [1, 2, 2, 3], values: PIXELS });
    expect((await only(files, 'none,size=4x6', imageInput(['N', 3, 'H', 'W']))).dims).toEqual([1, 3, 4, 6]);
  });

  it('become half precision and integers', async () => {
    const files = { 'a.png': await dot(255, 102, 0) };
    expect(pixelOf(await only(files, 'unit', imageInput([1, 3, 2, 2], 'float16')))).toEqual([1, 0.39990234375, 0]);
    expect(pixelOf(await only(files, 'none', imageInput([1, 3, 2, 2], 'uint8')))).toEqual([255, 102, 0]);
    expect(pixelOf(await only(files, 'none,mean=128', imageInput([1, 3, 2, 2], 'int8')))).toEqual([127, -26, -128]);
  });

  it('become luma for a model with one channel', async () => {
    const files = { 'a.png': await png(2, 2, [255, 0, 0, 0, 255, 0, 0, 0, 255, 10, 10, 10]) };
    expect((await only(files, 'none', imageInput([1, 1, 2, 2]))).values).toEqual([76, 150, 29, 10]);
  });
});

describe('files', () => {
  const EIGHT = imageInput([1, 3, 8, 8]);
  const firstPixel = async (file: Uint8Array) => {
    const { values } = await only({ 'a.png': file }, 'none', EIGHT);
    return [values[0], values[64], values[128]];
  };

  it('of grey, of 16 bits, of a palette, of CMYK and of WebP become 8-bit RGB', async () => {
    const image = () => colour(200, 100, 50);
    const wide = sharp(new Uint16Array(64).fill(0x8080), { raw: { width: 8, height: 8, channels: 1 } });
    expect(await firstPixel(await wide.toColourspace('grey16').png().toBuffer())).toEqual([128, 128, 128]);
    expect(await firstPixel(await png(8, 8, new Array<number>(64).fill(77), 1))).toEqual([77, 77, 77]);
    expect(await firstPixel(await image().png({ palette: true }).toBuffer())).toEqual([200, 100, 50]);
    expect(await firstPixel(await image().webp({ lossless: true }).toBuffer())).toEqual([200, 100, 50]);
    const soft = colour(160, 140, 120).toColourspace('cmyk').jpeg({ quality: 100 });
    const cmyk = await firstPixel(await soft.toBuffer());
    for (const [index, value] of [160, 140, 120].entries())
      expect(Math.abs((cmyk[index] ?? 0) - value)).toBeLessThan(16);
  });

  it('with transparency stand over black', async () => {
    const half = new Array(64).fill([200, 100, 50, 128]).flat();
    expect(await firstPixel(await png(8, 8, half, 4))).toEqual([100, 50, 25]);
  });

  it('are turned upright as EXIF says', async () => {
    const pixels = [...new Array(24).fill([255, 0, 0]), ...new Array(24).fill([0, 0, 255])].flat();
    const lying = await sharp(Uint8Array.from(pixels), { raw: { width: 6, height: 8, channels: 3 } })
      .withMetadata({ orientation: 6 })
      .png()
      .toBuffer();
    // Orientation 6 is turned clockwise: what was above lies on the right.
    const { values } = await only({ 'a.png': lying }, 'none', imageInput([1, 3, 6, 8]));
    expect([values[0], values[7]]).toEqual([0, 255]);
  });

  it('shrink to half as bilinear weights over all pixels do in plain JavaScript', async () => {
    const side = 16;
    const pixels = Array.from({ length: side * side }, (_, index) => (index * 89) % 256);
    const files = { 'a.png': await png(side, side, pixels, 1) };
    const { values } = await only(files, 'none,fit=stretch', imageInput([1, 1, 8, 8]));
    const weights = [1, 3, 3, 1];
    const clamped = (place: number) => Math.min(Math.max(place, 0), side - 1);
    const halved = (row: number, column: number) => {
      let sum = 0;
      for (const [y, down] of weights.entries())
        for (const [x, across] of weights.entries())
          sum += down * across * (pixels[clamped(2 * row - 1 + y) * side + clamped(2 * column - 1 + x)] ?? 0);
      return sum / 64;
    };
    for (let index = 0; index < 64; index++) {
      const expected = halved(Math.floor(index / 8), index % 8);
      expect(Math.abs((values[index] ?? Number.NaN) - expected)).toBeLessThanOrEqual(1);
    }
  });

  it('lose their borders to a crop, to the pixel', async () => {
    // A window of 7 is cut out of a short side of 8, so that nothing is scaled.
    const pixels = Array.from({ length: 8 * 10 }, (_, index) => [index, index, index]).flat();
    const { values } = await only({ 'a.png': await png(10, 8, pixels) }, 'none', imageInput([1, 1, 7, 7]));
    const reference = Array.from({ length: 49 }, (_, index) => Math.floor(index / 7) * 10 + (index % 7) + 1);
    expect(values).toEqual(reference);
  });

  it('are padded with black', async () => {
    const files = { 'a.png': await png(2, 4, new Array<number>(24).fill(90)) };
    const { values } = await only(files, 'none,fit=pad', imageInput([1, 1, 4, 4]));
    expect(values).toEqual([0, 90, 90, 0, 0, 90, 90, 0, 0, 90, 90, 0, 0, 90, 90, 0]);
  });

  it('come in the order of their names, whatever the case of their endings, without hidden ones', async () => {
    const one = (value: number) => dot(value, value, value);
    const files = {
      'p10.PNG': await one(10),
      'p2.png': await one(2),
      'p1.Jpeg': await colour(1, 1, 1, 2, 2).jpeg().toBuffer(),
      '._p3.png': 'not a picture',
      'notes.txt': 'neither',
    };
    expect((await feed(files, 'none', SMALL)).map(({ values }) => values[0])).toEqual([1, 2, 10]);
  });

  it('fill a fixed batch, the last one with the first pictures', async () => {
    const one = (value: number) => dot(value, value, value);
    const files = { 'a.png': await one(1), 'b.png': await one(2), 'c.png': await one(3) };
    const fed = await feed(files, 'none', imageInput([2, 3, 2, 2]));
    expect(fed.map(({ values }) => [values[0], values[12]])).toEqual([
      [1, 2],
      [3, 1],
    ]);
  });

  it('give the same samples again', async () => {
    const pixels = Array.from({ length: 30 * 20 * 3 }, (_, index) => (index * 37) % 256);
    const files = { 'a.png': await png(30, 20, pixels) };
    const input = imageInput([1, 3, 16, 16]);
    expect(await feed(files, 'imagenet', input)).toEqual(await feed(files, 'imagenet', input));
  });

  it('leave the other inputs to --input', async () => {
    const rate = { name: 'rate', dataType: 'int64', dims: [] } as const;
    const files = { 'a.png': await dot(1, 2, 3) };
    const given = { others: [rate], fixed: new Map([['rate', { kind: 'elements', elements: ['3'] } as const]]) };
    expect(pixelOf(await only(files, 'none', SMALL, given))).toEqual([1, 2, 3]);
    await expect(feed(files, 'none', SMALL, { others: [rate] })).rejects.toMatchObject({ code: 'IMAGE_INPUTS' });
  });
});

describe('samples of pictures are refused', () => {
  it.each([
    ['without a preprocessing', undefined, SMALL, 'PREPROCESS_MISSING'],
    ['where the shape holds none', 'none', imageInput([1, 16]), 'IMAGE_INPUT'],
    ['where no axis has 1 or 3 channels', 'none', imageInput([1, 4, 8, 8]), 'IMAGE_INPUT'],
    ['where the type holds none', 'none', imageInput([1, 3, 2, 2], 'int64'), 'IMAGE_INPUT'],
    ['where two axes may be the channels', 'none', imageInput([1, 3, 2, 3]), 'IMAGE_LAYOUT'],
    ['where no axis is known', 'none', imageInput(['N', 'C', 'H', 'W']), 'IMAGE_LAYOUT'],
    ['for a layout that the shape excludes', 'none,layout=nhwc', imageInput([1, 3, 8, 8]), 'IMAGE_INPUT'],
    ['where the size is open', 'none', imageInput(['N', 3, 'H', 'W']), 'IMAGE_SIZE'],
    ['for another size than the model has', 'none,size=8', SMALL, 'IMAGE_SIZE'],
    ['for fractions in a model of integers', 'unit', imageInput([1, 3, 2, 2], 'uint8'), 'IMAGE_VALUES'],
    ['for three means and one channel', 'imagenet', imageInput([1, 1, 8, 8]), 'IMAGE_CHANNELS'],
  ])('%s', async (_, preprocess, input, code) => {
    const files = { 'a.png': await dot(1, 2, 3) };
    await expect(feed(files, preprocess, input)).rejects.toMatchObject({ code, exitCode: 2 });
  });

  it('among arrays, and without any picture', async () => {
    const array = floatNpy([1, 3, 1, 1], [1, 2, 3]);
    const picture = await dot(1, 2, 3);
    await expect(feed({ 'a.png': picture, 'b.npy': array }, 'none', SMALL)).rejects.toMatchObject({
      code: 'CALIB_MIXED',
    });
    await expect(feed({ 'b.npy': array }, 'none', SMALL)).rejects.toMatchObject({ code: 'PREPROCESS_WITHOUT_IMAGES' });
    await expect(feed({ 'notes.txt': '' }, 'none', SMALL)).rejects.toMatchObject({ code: 'CALIB_EMPTY' });
  });

  it('where a file is broken, by its name, before the first sample is used', async () => {
    const files = { 'a.png': await dot(1, 2, 3), 'b.jpg': '<html>', 'c.png': '' };
    const error = await feed(files, 'none', SMALL).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'IMAGE_BROKEN', exitCode: 2 });
    expect(String(error)).toMatch(/b\.jpg is not a readable picture: [^\n]+$/);
  });

  it('where a file is cut off, by its name', async () => {
    const noise = Array.from({ length: 64 * 64 * 3 }, (_, index) => (index * 7919) % 256);
    const whole = await sharp(await png(64, 64, noise))
      .jpeg()
      .toBuffer();
    const files = { 'cut.jpg': whole.subarray(0, whole.length / 2) };
    const input = imageInput([1, 3, 64, 64]);
    await expect(feed(files, 'none', input)).rejects.toThrow(/cut\.jpg is not a readable picture/);
  });

  it('without sharp, with what to install', async () => {
    const absent = Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' });
    const error = await loadSharp(() => Promise.reject(absent)).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'IMAGE_READER_MISSING', hint: 'Install it with npm install sharp.' });
    expect(String(error)).toContain('takes the package sharp, which is not installed');
    await expect(loadSharp(() => Promise.reject(new Error('no libvips\nmore')))).rejects.toThrow(
      /does not load: no libvips$/,
    );
  });
});

describe('previewImages', () => {
  it('shows what the model gets, as small PNG files in colours', async () => {
    const files = {
      'a.png': await colour(200, 100, 50, 300, 200).png().toBuffer(),
      'b.png': await dot(1, 2, 3),
    };
    const preprocessing = resolvePreprocessing('imagenet-bgr');
    const previews = await withFiles(files, (folder) =>
      previewImages([folder], [imageInput([1, 3, 224, 224])], new Map(), preprocessing),
    );
    expect(previews.map(({ name, width, height }) => [name, width, height])).toEqual([
      ['a.png', 112, 112],
      ['b.png', 112, 112],
    ]);
    const [first] = previews;
    const pixels = await sharp(first?.png).raw().toBuffer();
    expect([...pixels.subarray(0, 3)]).toEqual([200, 100, 50]);
  });

  it('shows each picture of a batch, and grey ones', async () => {
    const files = { 'a.png': await dot(9, 9, 9), 'b.png': await dot(70, 70, 70) };
    const previews = await withFiles(files, (folder) =>
      previewImages([folder], [imageInput([2, 1, 2, 2])], new Map(), resolvePreprocessing('signed')),
    );
    const greys = await Promise.all(previews.map(async ({ png: file }) => (await sharp(file).raw().toBuffer())[0]));
    expect(greys).toEqual([9, 70]);
  });

  it('shows the first six', async () => {
    const picture = await dot(1, 2, 3);
    const files = Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`p${index}.png`, picture]));
    const previews = await withFiles(files, (folder) =>
      previewImages([folder], [SMALL], new Map(), resolvePreprocessing('none')),
    );
    expect(previews.map(({ name }) => name)).toEqual(['p0.png', 'p1.png', 'p2.png', 'p3.png', 'p4.png', 'p5.png']);
  });
});

it('pictures can be files and folders', () =>
  withFiles({}, async (folder) => {
    const path = join(folder, 'x.png');
    await colour(1, 2, 3, 1, 1).png().toFile(path);
    const source = await openCalibration([path, folder], [SMALL], new Map(), resolvePreprocessing('none'));
    expect(source.count).toBe(2);
  }));
