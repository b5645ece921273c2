import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { commandLine, withModelFolder } from './support/command-line.js';

/** Lends a folder with the reports of two runs. */
async function withReports(work: (cwd: string) => Promise<void>): Promise<void> {
  await withModelFolder(async (cwd) => {
    for (const [ratio, name] of [
      ['0.25', 'a'],
      ['0.5', 'b'],
    ]) {
      const args = ['model.onnx', '--prune', `l1:${ratio}`, '--verify', 'fast', '--dry-run', '-q'];
      await commandLine([...args, '--report', `${name}.json`], { cwd });
    }
    await work(cwd);
  });
}

describe('compress report', () => {
  it('draws stored reports as one page, the others as candidates', async () => {
    await withReports(async (cwd) => {
      const ended = await commandLine(['report', 'a.json', 'b.json', '-o', 'page.html'], { cwd });
      expect(ended).toEqual({ code: 0, stdout: '', stderr: '' });
      const page = await readFile(join(cwd, 'page.html'), 'utf8');
      expect(page).toMatch(/^<!doctype html>/);
      expect(page).toContain('<li>prune l1:0.25</li><li>prune l1:0.5</li>');
    });
  });

  it('draws a report as Markdown', async () => {
    await withReports(async (cwd) => {
      await commandLine(['report', 'a.json', '-o', 'page.md'], { cwd });
      expect(await readFile(join(cwd, 'page.md'), 'utf8')).toMatch(/^\*\*`model\.onnx`\*\* /);
    });
  });

  it('says what is wrong', async () => {
    await withModelFolder(async (cwd) => {
      await writeFile(join(cwd, 'bad.json'), '{"schemaVersion":1}');
      const report = (...args: readonly string[]) => commandLine(['report', ...args], { cwd });
      expect(await report()).toMatchObject({ code: 2, stderr: expect.stringContaining('<report.json> is missing') });
      expect(await report('bad.json')).toMatchObject({ code: 2, stderr: expect.stringContaining('-o page.html') });
      expect(await report('bad.json', '-o', 'x.pdf')).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('"x.pdf"'),
      });
      expect(await report('bad.json', '-o', 'x.md')).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('tool: '),
      });
      expect(await report('none.json', '-o', 'x.md')).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('none.json'),
      });
    });
  });
});
