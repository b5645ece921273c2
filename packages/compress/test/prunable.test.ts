import { describe, expect, it } from '@jest/globals';
import { modelBytes } from '@onnx-compress/graph';
import { lenet5Caffe } from '@onnx-compress/test-kit';
import { inspectPrunable, type PrunableInspection } from '../src/inspect/prunable.js';
import { renderPrunable } from '../src/inspect/render-prunable.js';
import { readModel } from '../src/read-model.js';

async function inspected(): Promise<PrunableInspection> {
  const model = await readModel(await modelBytes(lenet5Caffe()));
  try {
    return await inspectPrunable(model);
  } finally {
    await model.close();
  }
}

describe('what can be pruned', () => {
  it('is listed by group, the most multiply-accumulates first, with what goes with all of its channels', async () => {
    const { groups, pinned, unprunable, parameters, macs } = await inspected();
    expect({ parameters, macs }).toEqual({ parameters: 431_080, macs: 2_293_000 });
    const own = { opType: 'Conv', channelsPerUnit: 1, pinnedUnits: 0, companions: 1, consumers: 1 };
    expect(groups).toEqual([
      {
        ...own,
        node: 'conv3',
        layers: ['conv3'],
        units: 50,
        parameters: 25_000 + 50 + 400_000,
        macs: 1_600_000 + 400_000,
      },
      { ...own, node: 'conv1', layers: ['conv1'], units: 20, parameters: 500 + 20 + 25_000, macs: 288_000 + 1_600_000 },
      {
        ...own,
        opType: 'Gemm',
        node: 'linear6',
        layers: ['linear6'],
        units: 500,
        parameters: 400_000 + 500 + 5_000,
        macs: 400_000 + 5_000,
      },
    ]);
    expect(pinned.map(({ node, reason }) => [node, reason])).toEqual([
      ['linear8', expect.stringMatching(/^the channels are those of graph output "/)],
    ]);
    expect(unprunable).toEqual([]);
  });

  it('is told in lines of at most 100 columns', async () => {
    const inspection = await inspected();
    const long = 'block/'.repeat(30);
    const [first] = inspection.groups;
    const groups = first === undefined ? [] : [{ ...first, node: long }, ...inspection.groups];
    const unprunable = [{ node: 'x', opType: 'MatMul', reason: 'word '.repeat(60).trim() }];
    const text = renderPrunable({ ...inspection, groups, unprunable }, false);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(renderPrunable({ ...inspection, groups }, true)).toContain(long);
  });

  it('reads as a table for a person', async () => {
    expect(renderPrunable(await inspected(), false)).toMatchInlineSnapshot(`
"3 groups of layers can lose channels, 1 cannot
431 080 parameters, 2.3 M MACs in all
     at batch = 1 (see --dim)

What goes with all channels of a group
  group    channels  stay  read by  parameters     MACs  of all
  conv3          50              1     425 050    2.0 M  87.2 %
  conv1          20              1      25 520    1.9 M  82.3 %
  linear6       500              1     405 500  405 000  17.7 %

What stays, and why
  linear8
    the channels are those of graph output "scores"
"
`);
  });
});
