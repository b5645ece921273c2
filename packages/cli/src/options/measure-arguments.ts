import type { MeasureEnergyOptions, MeasureOptions } from 'onnx-compress';
import { locate } from '../locate.js';
import type { Io } from '../run.js';
import type { ParsedArguments } from './arguments.js';
import { dimSizes, inputValues } from './assignments.js';
import { ENERGY_SOURCES } from './measure-options.js';
import { notANumber } from './messages.js';
import { calibrationOf } from './run-options.js';

const listOf = (args: ParsedArguments, name: string) =>
  args
    .one(name)
    ?.split(',')
    .map((entry) => entry.trim());

/** Sizes of `--batch`. @throws UsageError for anything but whole numbers above 0 */
function batchOf(args: ParsedArguments): readonly number[] | undefined {
  return listOf(args, 'batch')?.map((entry) => {
    if (!/^[1-9]\d{0,8}$/.test(entry))
      throw notANumber('batch', entry, { unit: 'a list of whole numbers such as 1,8' });
    return Number(entry);
  });
}

function energyOf(args: ParsedArguments, io: Io): MeasureEnergyOptions {
  const root = args.one('powercap-root');
  return {
    source: args.choice('energy', ENERGY_SOURCES) ?? 'auto',
    powercapRoot: root === undefined ? undefined : locate(io, root),
    processorWatts: args.number('tdp', { above: 0 }),
    processorThreads: args.number('tdp-threads', { least: 1, whole: true }),
    country: args.one('country'),
    gridIntensity: args.number('grid-intensity', { least: 0 }),
  };
}

/** What a command line asks to measure. @throws UsageError */
export function measureOptionsOf(args: ParsedArguments, io: Io): MeasureOptions {
  const against = args.one('against');
  const meterFolder = args.one('aipowermeter');
  return {
    against: against === undefined ? undefined : locate(io, against),
    inputSizes: listOf(args, 'input-sizes'),
    batch: batchOf(args),
    runs: args.number('runs', { least: 6, whole: true }),
    maxSeconds: args.number('max-time', { above: 0 }),
    margin: args.number('margin', { above: 0, below: 1 }),
    selfCheck: args.has('aa'),
    profile: args.has('profile'),
    energy: energyOf(args, io),
    aiPowerMeter: meterFolder === undefined ? undefined : locate(io, meterFolder),
    budgets: { minSpeedup: args.number('min-speedup', { above: 0 }) },
    calibration: calibrationOf(args, io),
    preprocess: args.one('preprocess'),
    inputs: inputValues(args, io),
    dims: dimSizes(args),
    seed: args.number('seed', { least: 0, whole: true }),
    threads: args.number('threads', { least: 1, whole: true }),
  };
}
