import { yieldToEventLoop } from '@onnx-compress/core';
import { layoutOf } from '../../../weights/int8-weight.js';
import { tableWeight } from '../../table-weight.js';
import type { WeightCode } from '../../weight-code.js';
import { ownTables } from './own-tables.js';
import { sampleChannels } from './sample-channels.js';
import { sharedTable } from './shared-table.js';
import { keepsZeros } from './table.js';

/** Which numbers share a table: those of a weight, the same divided by a scale per channel, or those of a channel. */
export type TableGranularity = 'tensor' | 'shared' | 'channel';

/** Numbers become entries of tables of `size` floats that k-means finds. */
export function codebook(size: number, granularity: TableGranularity): WeightCode {
  const bits = Math.ceil(Math.log2(size));
  return {
    scheme: 'codebook',
    async fit(values, subject, { signal }) {
      const axis = granularity === 'tensor' ? undefined : subject.channelAxis;
      const layout = layoutOf(subject.dims, axis);
      const pause = () => yieldToEventLoop(signal);
      const search = { size, keepsZero: await keepsZeros(values, size, pause), pause };
      const isShared = granularity === 'shared' && axis !== undefined;
      const sample = await sampleChannels(values, layout, pause);
      await pause();
      const parameters = await (isShared ? sharedTable : ownTables)({ values, layout }, sample, search);
      return tableWeight({ bits, axis, ...parameters }, subject);
    },
  };
}
