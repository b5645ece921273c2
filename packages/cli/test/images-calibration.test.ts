import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { npy } from './support/check-project.js';
import { commandLine, withModelFolder } from './support/command-line.js';

/** Pictures of coloured noise, larger than the model's 8 x 8. */
async function writePhotos(folder: string, count: number): Promise<void> {
  await mkdir(folder);
  for (let index = 0; index < count; index++) {
    const pixels = Uint8Array.from({ length: 24 * 16 * 3 }, (_, place) => (place * (7 + 2 * index) + 31 * index) % 256);
    await sharp(pixels, { raw: { width: 24, height: 16, channels: 3 } })
      .png()
      .toFile(join(folder, `photo-${index}.png`));
  }
}

/** Lends a folder with a model and pictures. */
const withPhotos = (work: (cwd: string) => Promise<void>) =>
  withModelFolder(async (cwd) => {
    await writePhotos(join(cwd, 'photos'), 10);
    await work(cwd);
  });

const PRUNE = ['model.onnx', '--prune', 'apoz:0.25', '--calib', 'photos'];

describe('compress --calib photos/', () => {
  it('prunes by what the pictures do, and a recipe replays it to the byte', () =>
    withPhotos(async (cwd) => {
      const args = [...PRUNE, '--preprocess', 'imagenet', '-o', 'first.onnx', '--json', '-q'];
      const { code, stdout } = await commandLine(args, { cwd });
      expect(code).toBe(0);
      const report = JSON.parse(stdout);
      expect(report.verification.inputs).toMatchObject({ source: 'calibration', count: 2 });
      expect(report.recipe.preprocess).toEqual({
        divide: 255,
        mean: [0.485, 0.456, 0.406],
        std: [0.229, 0.224, 0.225],
        order: 'rgb',
        fit: 'crop',
      });
      await writeFile(join(cwd, 'recipe.json'), JSON.stringify(report.recipe));
      const replayed = ['model.onnx', '--recipe', 'recipe.json', '-o', 'second.onnx', '--json', '-q'];
      expect(JSON.parse((await commandLine(replayed, { cwd })).stdout).recipe).toEqual(report.recipe);
      expect(await readFile(join(cwd, 'second.onnx'))).toEqual(await readFile(join(cwd, 'first.onnx')));
    }));

  it('shows in the page what the model sees, and stores no picture in the JSON report', () =>
    withPhotos(async (cwd) => {
      const draw = (report: string) =>
        commandLine([...PRUNE, '--preprocess', 'signed,fit=pad', '--report', report, '-q'], { cwd });
      expect((await draw('page.html')).code).toBe(0);
      const page = await readFile(join(cwd, 'page.html'), 'utf8');
      expect(
        page.match(/<img src="data:image\/png;base64,[\w+/=]+" width="8" height="8" alt="photo-\d\.png/g),
      ).toHaveLength(6);
      expect(page).toContain('<code>signed,fit=pad</code>');
      expect(page).toContain('--preprocess signed,fit=pad');
      expect((await draw('report.json')).code).toBe(0);
      expect(await readFile(join(cwd, 'report.json'), 'utf8')).not.toContain('base64');
    }));

  it.each([
    ['no preprocessing', [], 'PREPROCESS_MISSING'],
    ['an unknown one', ['--preprocess', 'imagenett'], 'PREPROCESS_PRESET'],
    ['one that does not fit', ['--preprocess', 'unit,size=32'], 'IMAGE_SIZE'],
    ['arrays as well', ['--preprocess', 'unit', '--calib', 'x.npy'], 'CALIB_MIXED'],
  ])('refuses %s', (_, flags, expected) =>
    withPhotos(async (cwd) => {
      await writeFile(join(cwd, 'x.npy'), npy([1, 3, 8, 8], new Float32Array(192)));
      const { code, stdout } = await commandLine([...PRUNE, ...flags, '--json', '-q'], { cwd });
      expect(code).toBe(2);
      expect(JSON.parse(stdout).error.code).toBe(expected);
    }),
  );

  it('refuses a preprocessing without pictures', () =>
    withPhotos(async (cwd) => {
      for (const samples of [[], ['--calib', 'random']]) {
        const args = ['model.onnx', '--prune', 'l1:0.25', ...samples, '--preprocess', 'unit', '--json', '-q'];
        const { code, stdout } = await commandLine(args, { cwd });
        expect(code).toBe(2);
        expect(JSON.parse(stdout).error.code).toBe('PREPROCESS_WITHOUT_IMAGES');
      }
    }));

  it('names a broken file in one line', () =>
    withPhotos(async (cwd) => {
      await writeFile(join(cwd, 'photos', 'photo-3b.jpg'), 'no picture');
      const { code, stderr } = await commandLine([...PRUNE, '--preprocess', 'unit', '-q'], { cwd });
      expect(code).toBe(2);
      expect(stderr).toMatch(/photo-3b\.jpg is not a readable picture: .+\n/);
    }));
});

describe('compress verify --calib photos/', () => {
  it('compares on what the pictures give', () =>
    withPhotos(async (cwd) => {
      const args = ['verify', 'model.onnx', 'model.onnx', '--calib', 'photos', '--preprocess', 'imagenet', '--json'];
      const { code, stdout } = await commandLine(args, { cwd });
      expect(code).toBe(0);
      expect(JSON.parse(stdout).verification.inputs.source).toBe('calibration');
    }));
});
