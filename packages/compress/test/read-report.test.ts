import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readReport } from '../src/report/read-report.js';
import { sampleMeasurement } from './support/sample-measurement.js';
import { sampleReport } from './support/sample-report.js';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'read-report-test-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function stored(text: string): Promise<string> {
  const path = join(folder, 'report.json');
  await writeFile(path, text);
  return path;
}

describe('a stored report', () => {
  it('comes back as it was, with what it reports on', async () => {
    expect(await readReport(await stored(JSON.stringify(sampleReport())))).toEqual({
      kind: 'run',
      report: sampleReport(),
    });
    const measurement = JSON.stringify(sampleMeasurement());
    expect(await readReport(await stored(measurement))).toEqual({ kind: 'measurement', report: sampleMeasurement() });
  });

  it('may hold more than this version knows', async () => {
    const path = await stored(JSON.stringify({ ...sampleReport(), later: { key: 1 } }));
    expect(await readReport(path)).toMatchObject({ kind: 'run', report: { later: { key: 1 } } });
  });

  it.each([
    ['no JSON', '{', /is no JSON: /],
    ['another kind of value', '[]', /is not a report: /],
    ['missing parts', '{"schemaVersion":1}', /is not a report: tool: /],
    ['a wrong value', JSON.stringify({ ...sampleReport(), seed: 'x' }), /is not a report: seed: .*number/],
    ['another version', JSON.stringify({ ...sampleReport(), schemaVersion: 2 }), /is not a report: schemaVersion: /],
  ])('with %s is refused with the place', async (_what, text, message) => {
    await expect(readReport(await stored(text))).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(message),
    });
  });

  it('that is not there is named', async () => {
    await expect(readReport(join(folder, 'none.json'))).rejects.toMatchObject({ code: 'REPORT_NOT_FOUND' });
  });
});
