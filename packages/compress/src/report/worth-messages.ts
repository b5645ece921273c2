import { formatBytes, formatNumberOf } from '../render/quantities.js';
import type { WorthCause } from './worth.js';

const named = (count: number, names: readonly string[]) => {
  const more = count > names.length ? ` and ${count - names.length} more` : '';
  return names.length === 0
    ? formatNumberOf(count, 'layer')
    : `${formatNumberOf(count, 'layer')} (${names.join(', ')}${more})`;
};

/* Causes of a slower or larger result, and what to try instead. */

export const dynamicCosts = (count: number, names: readonly string[], calibrated: boolean): WorthCause => ({
  cause: `${named(count, names)} find the range of their activations at run time, which costs more than small matrices save`,
  alternative: calibrated
    ? 'activations=static, or activations=none for weights alone'
    : 'give samples with --calib, so that ranges are known beforehand, or activations=none for weights alone',
});

export const bordersCost = (count: number, names: readonly string[]): WorthCause => ({
  cause: `${named(count, names)} compute on integers, and converting at their borders costs more than that saves`,
  alternative: 'leave them out with skip=GLOB, or activations=none for weights alone',
});

export const floatKernels = (count: number, calibrated: boolean): WorthCause => ({
  cause: `${formatNumberOf(count, 'layer')} compute in float: int8 weights save bytes, not time`,
  alternative: calibrated
    ? 'keep the original where time counts'
    : 'give samples with --calib, so that layers can compute on integers',
});

export const foreignBytes = (bytes: number): WorthCause => ({
  cause: `int8 saves ${formatBytes(bytes)} of weights, but what was added around them takes more: nodes, constants, a higher opset`,
  alternative: 'activations=none for weights alone, or keep the original: it has little to quantize',
});

export const scalesOutweigh = (count: number, names: readonly string[]): WorthCause => ({
  cause: `scales and added nodes of ${named(count, names)} take more bytes than int8 weights save`,
  alternative: 'leave these layers out with skip=GLOB',
});

/* Why a result was not timed. */

export const notVerified = (): string => 'verification is off; --measure times it all the same';

export const notWanted = (): string => 'measuring is switched off';

export const otherMachine = (target: string, machine: string): string =>
  `it is made for ${target}, and this machine is ${machine}`;

export const unsound = (): string => 'the result is not sound';

export const tooSlow = (seconds: number): string =>
  `that would take more than ${seconds} s here; --measure takes the time`;

export const cannotRun = (reason: string): string => `it did not run: ${reason}`;
