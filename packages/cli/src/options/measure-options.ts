import type { Option } from './option.js';
import { INPUT_OPTIONS, JSON_OPTION, TALK_OPTIONS } from './options.js';

/** Where energy may come from. */
export const ENERGY_SOURCES = ['auto', 'rapl', 'nvidia', 'estimate', 'none'] as const;

/** Options of `compress measure`. */
export const MEASURE_OPTIONS: readonly Option[] = [
  { name: 'against', value: 'FILE', summary: 'the model to hold it against; without one there is no verdict' },
  {
    name: 'input-sizes',
    value: 'LIST',
    summary: 'sizes to measure at: 1x3x224x224,1x3x320x320; several inputs: ids=1x16+mask=1x16',
  },
  { name: 'batch', value: 'LIST', summary: 'batch sizes to measure at: 1,8,32' },
  { name: 'runs', value: 'N', summary: 'pairs of fresh sessions, at least 6 (default 10)' },
  { name: 'max-time', value: 'S', summary: 'seconds after which no further run begins, all sizes together' },
  { name: 'margin', value: 'X', summary: 'differences below this part of 1 do not count (default 0.02)' },
  { name: 'aa', summary: 'hold a model against itself first; the margin is at least the noise found' },
  { name: 'profile', summary: 'also show the time of every node' },
  {
    name: 'energy',
    value: 'SOURCE',
    choices: ENERGY_SOURCES,
    summary: `where energy comes from: ${ENERGY_SOURCES.join(', ')} (default auto)`,
  },
  { name: 'powercap-root', value: 'DIR', summary: 'powercap tree to read (default /sys/class/powercap)' },
  { name: 'tdp', value: 'W', summary: 'power of the processor in watts, for the estimate; with --tdp-threads' },
  { name: 'tdp-threads', value: 'N', summary: 'hardware threads of that processor' },
  { name: 'country', value: 'CODE', summary: 'grid to count CO2 by: FRA, WORLD; needs the package @tgwf/co2' },
  { name: 'grid-intensity', value: 'G', summary: 'grams of CO2 for a kilowatt-hour, instead of a country' },
  { name: 'aipowermeter', value: 'DIR', summary: 'also write a new folder that the readers of AIPowerMeter take' },
  { name: 'min-speedup', value: 'X', summary: 'least speedup over --against; missed, the command ends with 6' },
  { name: 'report', value: 'FILE', summary: 'also write the result to a .html, .md or .json file' },
  ...INPUT_OPTIONS.filter(({ name }) => name !== 'threads'),
  { name: 'threads', value: 'N', summary: 'threads of onnxruntime (default 1)' },
  JSON_OPTION,
  ...TALK_OPTIONS,
];
