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
      const layout = layoutOf(subject.dims, axis);
      const pause = () => yieldToEventLoop(signal);
      const found = emptyScales(axis, layout.channels, count);
      for (const own of channelValues(values, layout)) {
        await pause();
        addChannel(found, additiveScales(await sortValues(own, pause), count));
      }
      await pause();
      return smaller(found, subject);
    },
  };
}

/** Scales as they are collected. */
interface FoundScales extends SignedScales {
  readonly scales: Float64Array[];
}

function emptyScales(axis: number | undefined, channels: number, count: number): FoundScales {
  const length = channels * 2 ** count;
  return { axis, count, scales: [], tables: new Float32Array(length), patterns: new Uint8Array(length) };
}

function addChannel({ scales, tables, patterns }: FoundScales, own: Float64Array): void {
  const signed = signedSums(own);
  tables.set(signed.sums, scales.length * signed.sums.length);
  patterns.set(signed.patterns, scales.length * signed.sums.length);
  scales.push(own);
}

function smaller(parameters: SignedScales, subject: CodeSubject): CodedWeight {
  const { count, axis, tables } = parameters;
  const tableOfSums = tableWeight({ bits: count, axis, tables, size: 2 ** count, scales: undefined }, subject);
  const forms = [tableOfSums, sumsOfSigns(parameters, subject)] as const;
  const [table, sums] = forms.map((coded) =>
    countBytes(subject.name, new Set(), (site) => coded.emit('indices', { ...site, integers: () => 'indices' })),
  );
  return Number(sums) < Number(table) ? forms[1] : forms[0];
}
