import { describe, expect, it } from '@jest/globals';
import { commandLine, withModelFolder } from './support/command-line.js';

const json = (text: string): unknown => JSON.parse(text);

describe('inspect --quant', () => {
  it('lists what quantization would do to each layer', () =>
    withModelFolder(async (cwd) => {
      const argv = ['inspect', 'model.onnx', '--quant', 'int8-per-channel', '-q'];
      const { code, stdout } = await commandLine(argv, { cwd });
      expect(code).toBe(0);
      expect(stdout).toMatch(/^quant int8-per-channel: /);
      expect(stdout).toMatch(/\n {2}\/head\/gemm +Gemm +\S+ +\d+\.\d dB/);
      const { stdout: text } = await commandLine([...argv, '--calib', 'random', '--json'], { cwd });
      expect(json(text)).toMatchObject({ schemaVersion: 1, specs: ['int8-per-channel'], layers: expect.any(Array) });
    }));

  it('says what is wrong with a scheme that does not exist', () =>
    withModelFolder(async (cwd) => {
      const { code, stderr } = await commandLine(['inspect', 'model.onnx', '--quant', 'uint8-asymm'], { cwd });
      expect(code).toBe(2);
      expect(stderr).toContain('uint8-asym');
    }));

  it('refuses samples where nothing would be tried with them', () =>
    withModelFolder(async (cwd) => {
      const { code, stderr } = await commandLine(['inspect', 'model.onnx', '--calib', 'random'], { cwd });
      expect(code).toBe(2);
      expect(stderr).toContain('--calib');
    }));
});
