import { describe, expect, it } from '@jest/globals';
import { renderTable } from '../src/render/table.js';
import { sampleReport } from './support/sample-report.js';

const EXAMPLE = `\
model.onnx   97.8 MB -> 12.4 MB   -87.3 %   (7.9x smaller)
  prune l1:0.4             97.8 -> 46.1 MB   1 030 -> 618 channels, 3 groups skipped (see --verbose)
  quant int8-per-channel   46.1 -> 12.4 MB   53 of 54 layers
  verify ok                cosine 0.9412   SNR 9.8 dB   same top-1 91.4 % of 128   fidelity LOW: try a lower ratio
`;

const red = (text: string) => `<red>${text}</red>`;

describe('the table of a result', () => {
  it('is the one that the design shows', () => {
    expect(renderTable(sampleReport())).toBe(EXAMPLE);
  });

  it('adds cleanup steps and reasons with verbose', () => {
    const lines = renderTable(sampleReport(), { verbose: true }).split('\n');
    expect(lines[1]).toBe('  tidy                     97.8 -> 97.8 MB   1 node changed');
    expect(lines.at(-2)).toBe('  prune l1:0.4 skipped head: it makes a graph output');
  });

  it('marks growth and nothing else of a sound result', () => {
    const { after } = sampleReport();
    const grown = renderTable(sampleReport({ after: { ...after, fileBytes: 97_900_000 * 1.02 } }), { red });
    expect(grown.split('\n')[0]).toBe('model.onnx   97.8 MB -> 99.9 MB   <red>+2.1 %</red>   (1.02x larger)');
    expect(renderTable(sampleReport(), { red })).toBe(EXAMPLE);
  });

  it('marks a failed verification with its reasons', () => {
    const { verification } = sampleReport();
    const failed = { ...verification, status: 'failed', reasons: ['output "y" is missing'], cosine: null } as const;
    const [line] = renderTable(sampleReport({ verification: failed, steps: [] }), { red })
      .split('\n')
      .slice(1);
    expect(line).toBe('<red>  verify FAILED   output "y" is missing</red>');
  });

  it('shows a line per budget', () => {
    const budgets = [
      { name: 'max-size', limit: 30_000_000, actual: 12_400_000, ok: true },
      { name: 'min-cosine', limit: 0.99, actual: 0.9412, ok: false },
      { name: 'min-agreement', limit: 0.9, actual: null, ok: false },
    ];
    const lines = renderTable(sampleReport({ budgets })).split('\n').slice(4, 7);
    expect(lines).toEqual([
      '  budget max-size          12.4 MB, at most 30.0 MB   ok',
      '  budget min-cosine        0.9412, at least 0.99   MISSED',
      '  budget min-agreement     not measurable here, at least 0.9   MISSED',
    ]);
  });

  it('shows what the caller scored', () => {
    expect(renderTable(sampleReport({ score: { before: 0.8, after: 0.79 } }))).toContain(
      '\n  score                    0.8 -> 0.79\n',
    );
  });
});
