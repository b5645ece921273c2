import { yieldToEventLoop } from '@onnx-compress/core';
import { additiveScales, signedSums, sortValues } from '@onnx-compress/math';
import { layoutOf } from '../../../weights/int8-weight.js';
import { countBytes } from '../../restoration-site.js';
import { tableWeight } from '../../table-weight.js';
import type { CodedWeight, CodeSubject, WeightCode } from '../../weight-code.js';
import { channelValues } from '../channel-values.js';
import { type SignedScales, sumsOfSigns } from './sums-of-signs.js';

/**
 * Numbers become sums of scales, each added or subtracted: `count` bits a number, `count` scales a channel. The sums of
 * each channel are a table in the file, or computed from the signs where that takes fewer bytes; both give the same.
 *
 * @param count 2 to 8
 */
export function additive(count: number): WeightCode {
  return {
    scheme: 'additive',
    async fit(values, subject, { signal }) {
      const axis = subject.channelAxis;
      const pause = () => yieldToEventLoop(signal);
      const scales: Float64Array[] = [];
      for (const own of channelValues(values, layoutOf(subject.dims, axis))) {
        await pause();
        scales.push(additiveScales(await sortValues(own, pause), count));
      }
      return smaller({ axis, count, scales }, subject);
    },
  };
}

function smaller(parameters: SignedScales, subject: CodeSubject): CodedWeight {
  const forms = [tableOfSums(parameters, subject), sumsOfSigns(parameters, subject)] as const;
  const [table, sums] = forms.map((coded) =>
    countBytes(subject.name, new Set(), (site) => coded.emit('indices', { ...site, integers: () => 'indices' })),
  );
  return Number(sums) < Number(table) ? forms[1] : forms[0];
}

function tableOfSums({ axis, count, scales }: SignedScales, subject: CodeSubject): CodedWeight {
  const size = 2 ** count;
  const tables = new Float32Array(scales.length * size);
  for (const [channel, own] of scales.entries()) tables.set(signedSums(own).sums, channel * size);
  return tableWeight({ bits: count, axis, tables, size, scales: undefined }, subject);
}
