import { MEASURE_OPTIONS } from './measure-options.js';
import type { Command } from './option.js';
import {
  CHECK_OPTIONS,
  FIDELITY_OPTIONS,
  INPUT_OPTIONS,
  JSON_OPTION,
  OUTPUT_OPTIONS,
  SIZE_OPTIONS,
  SPEED_OPTIONS,
  STEP_OPTIONS,
  TALK_OPTIONS,
} from './options.js';

/** The command that runs where none is named. */
export const DEFAULT_COMMAND = 'compress';

/** Families that `compress list` can be narrowed to. */
export const LIST_FAMILIES = ['prune', 'quant', 'low-rank', 'cleanup'] as const;

const named = (name: string) => (option: { readonly name: string }) => option.name === name;

/** Every command, the default one first. */
export const COMMANDS: readonly Command[] = [
  {
    name: DEFAULT_COMMAND,
    summary: 'make a model smaller, prove it, write it',
    positionals: ['model.onnx'],
    required: 1,
    options: [
      ...OUTPUT_OPTIONS.filter(named('output')),
      ...STEP_OPTIONS,
      ...INPUT_OPTIONS,
      ...OUTPUT_OPTIONS.filter((option) => option.name !== 'output'),
      ...SIZE_OPTIONS,
      ...FIDELITY_OPTIONS,
      ...SPEED_OPTIONS,
      JSON_OPTION,
      ...TALK_OPTIONS,
    ],
  },
  {
    name: 'inspect',
    summary: 'what is inside: sizes by dtype and op, MACs, layers, what could be compressed and why not',
    positionals: ['model'],
    required: 1,
    options: [
      { name: 'prunable', summary: 'which layers can lose channels, what that would save, and why the others cannot' },
      {
        name: 'quant',
        value: 'SPEC',
        repeatable: true,
        summary:
          'what quantization would do to each layer, the worst weights first; with --calib as a run with samples',
      },
      ...INPUT_OPTIONS.filter(({ name }) => name !== 'seed'),
      JSON_OPTION,
      ...TALK_OPTIONS,
    ],
  },
  {
    name: 'diff',
    summary: 'size, parameter and graph difference of any two ONNX files',
    positionals: ['before', 'after'],
    required: 2,
    options: [
      ...INPUT_OPTIONS.filter(named('dim')),
      { name: 'exit-code', summary: 'end with 1 where the files differ' },
      JSON_OPTION,
      ...TALK_OPTIONS,
    ],
  },
  {
    name: 'verify',
    summary: 'run both in onnxruntime, compare outputs',
    positionals: ['reference', 'candidate'],
    required: 2,
    options: [
      ...INPUT_OPTIONS,
      {
        name: 'verify',
        value: 'fast|full',
        choices: ['fast', 'full'],
        summary: 'how many inputs to run (default full)',
      },
      ...FIDELITY_OPTIONS,
      JSON_OPTION,
      ...TALK_OPTIONS,
    ],
  },
  {
    name: 'measure',
    summary: 'latency, CPU time, memory and energy of a model; whether it is faster than another',
    positionals: ['model'],
    required: 1,
    options: MEASURE_OPTIONS,
  },
  {
    name: 'check',
    summary: "every model of the project's config, brought up to date, against its budgets and baseline",
    positionals: [],
    required: 0,
    options: CHECK_OPTIONS,
  },
  {
    name: 'report',
    summary: 'draw stored JSON reports as a page; the first is the main one, others are compared with it',
    positionals: ['report.json'],
    required: 1,
    variadic: true,
    options: [
      { name: 'output', short: 'o', value: 'FILE', summary: 'the .html or .md file to write' },
      ...TALK_OPTIONS,
    ],
  },
  {
    name: 'list',
    summary: 'every technique, its options and its reference',
    positionals: [LIST_FAMILIES.join('|')],
    required: 0,
    options: [JSON_OPTION],
  },
];
