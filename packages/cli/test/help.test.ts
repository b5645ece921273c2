import { describe, expect, it } from '@jest/globals';
import { COMMANDS } from '../src/options/commands.js';
import { commandLine } from './support/command-line.js';

describe('help', () => {
  it('names every command and every option of the default one', async () => {
    const { code, stdout, stderr } = await commandLine(['--help']);
    expect([code, stderr]).toEqual([0, '']);
    for (const { name } of COMMANDS.slice(1)) expect(stdout).toContain(`compress ${name} `);
    for (const { name } of COMMANDS[0]?.options ?? []) expect(stdout).toContain(`--${name}`);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(140);
  });

  it('of a command shows its own options', async () => {
    const { stdout } = await commandLine(['diff', '--help']);
    expect(stdout).toMatch(/^compress diff <before> <after> \[options\]\n/);
    expect(stdout).toContain('--exit-code');
    expect(stdout).not.toContain('--prune');
  });

  it('is not asked for by a word after --', async () => {
    const { code, stderr } = await commandLine(['--', '--help']);
    expect([code, stderr]).toEqual([3, 'error: There is no file --help. Check the path.\n']);
  });

  it('has the version beside it', async () => {
    expect(await commandLine(['--version'])).toMatchObject({ code: 0, stdout: '0.1.0\n' });
  });
});
