import { describe, expect, it } from '@jest/globals';
import { renderMarkdown } from '../src/render/markdown.js';
import { sampleReport } from './support/sample-report.js';

describe('the report as Markdown', () => {
  it('has sizes, steps, outputs, budgets and warnings', () => {
    const budgets = [{ name: 'max-ratio', limit: 0.3, actual: 0.1268, ok: true }];
    const warnings = [{ code: 'LOW_FIDELITY', message: 'The result is unlike the original.' }];
    expect(renderMarkdown(sampleReport({ budgets, warnings }))).toBe(`\
# model.onnx: -87.3 % (7.9x smaller)

|  | before | after | change |
| --- | --- | --- | --- |
| file | 97.8 MB | 12.4 MB | -87.3 % |
| parameters | 25.6 M | 25.6 M | 0.0 % |
| multiply-accumulates | 4.10 G | 4.10 G | 0.0 % |
| nodes | 175 | 175 | 0.0 % |

## Steps

| step | file | changed | skipped |
| --- | --- | --- | --- |
| \`tidy\` | 97.8 -> 97.8 MB | 1 node changed | 0 |
| \`prune l1:0.4\` | 97.8 -> 46.1 MB | 1 030 -> 618 channels, 3 groups skipped (see --verbose) | 1 |
| \`quant int8-per-channel\` | 46.1 -> 12.4 MB | 53 of 54 layers | 0 |

## verify ok

cosine 0.9412   SNR 9.8 dB   same top-1 91.4 % of 128   fidelity LOW: try a lower ratio

| output | cosine | SNR | largest error |
| --- | --- | --- | --- |
| \`scores\` | 0.9412 | 9.8 dB | 5.00e-1 |

## Budgets

- ok max-ratio: 0.1268, at most 0.3

## Warnings

- The result is unlike the original.

onnx-compress 0.1.0, onnxruntime 1.30.0, seed 0
`);
  });
});
