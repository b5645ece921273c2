import { readdir } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { exactSegments } from '../src/pipeline/exact-segments.js';
import type { FinishedStep } from '../src/pipeline/run-steps.js';
import { withTemporaryFolder } from '../src/pipeline/temporary-folder.js';
import { quantize } from '../src/steps.js';
import { classifier } from './support/models.js';

const COSTS = {
  parameters: 0,
  weights: 0,
  elementsByRole: { weight: 0, bias: 0, normalization: 0, quantization: 0, other: 0 },
  weightBytes: 0,
  weightBytesByDtype: {},
  macs: 0,
  flops: 0,
  nodes: 0,
  layers: [],
  unknownMacs: [],
  activationPeakBytes: undefined,
};

/** `E` an exact step, `L` a lossy one, lower case where it changed nothing. */
function finished(pattern: string): readonly FinishedStep[] {
  return [...pattern].map((letter, index) => ({
    planned: {
      step: quantize('int8-per-channel'),
      spec: letter,
      title: `${letter}${index}`,
      transform: { name: letter, exact: letter.toUpperCase() === 'E', run: () => Promise.reject(new Error('done')) },
    },
    model: classifier(),
    costsBefore: COSTS,
    costsAfter: COSTS,
    bytesAfter: undefined,
    durationMs: 0,
    result: { changed: letter === letter.toUpperCase() ? [{ node: 'conv' }] : [], skipped: [], metrics: {} },
  }));
}

const ORIGINAL = { model: classifier(), location: { path: 'original' } };
const CANDIDATE = { model: classifier(), location: { path: 'candidate' } };

const segmentsOf = (pattern: string) =>
  withTemporaryFolder(async (folder) => {
    const segments = await exactSegments(finished(pattern), ORIGINAL, CANDIDATE, folder, new AbortController().signal);
    const name = ({ location }: { location: object }) =>
      'path' in location ? String(location.path).replace(`${folder}/`, '') : '';
    const written = (await readdir(folder)).filter((file) => file.endsWith('.onnx'));
    return {
      written,
      segments: segments.map(({ titles, before, after }) => [titles.join(), name(before), name(after)]),
    };
  });

describe('stretches of exact steps', () => {
  it('need no check of their own when every step is exact', async () => {
    expect((await segmentsOf('EEl')).segments).toEqual([]);
  });

  it('begin at the original and end at the result where no other step is in between', async () => {
    const { segments } = await segmentsOf('eELlE');
    expect(segments.map(([titles]) => titles)).toEqual(['E1', 'E4']);
    expect(segments[0]?.[1]).toBe('original');
    expect(segments[1]?.[2]).toBe('candidate');
  });

  it('run through steps that did nothing', async () => {
    const { segments } = await segmentsOf('LEleE');
    expect(segments).toHaveLength(1);
    expect(segments[0]?.[2]).toBe('candidate');
  });
});
