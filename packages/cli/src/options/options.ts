import type { Recover } from 'onnx-compress';
import type { Option } from './option.js';

/** Options that choose the steps of a run. */
export const STEP_OPTIONS: readonly Option[] = [
  {
    name: 'prune',
    value: 'SPEC',
    repeatable: true,
    summary: 'remove channels: "l1:0.4", "l2:0.3,round=8@/features/**"',
  },
  {
    name: 'low-rank',
    value: 'SPEC',
    repeatable: true,
    summary: 'make thin layers of one: "svd:rank=64", "svd:energy=0.95", "svd-conv:keep-macs=0.5@/features/**"',
  },
  {
    name: 'quant',
    value: 'SPEC',
    repeatable: true,
    summary: 'store weights in fewer bits: int8-per-channel; a later spec with a glob overrides an earlier one',
  },
  {
    name: 'cleanup',
    value: 'on|off',
    choices: ['on', 'off'],
    summary: 'exact rewrites around the steps (default on); off touches nothing that no step asked for',
  },
  { name: 'recipe', value: 'FILE', summary: 'steps and settings from a JSON file; flags override it' },
  { name: 'plan-from', value: 'FILE', summary: 'remove the channels that a plan lists, as --plan wrote it' },
  {
    name: 'recover',
    value: 'HOW',
    choices: ['off', 'mean', 'least-squares', 'auto'] satisfies readonly Recover[],
    summary: 'repair the layers behind what was removed: off, mean, least-squares, auto (default: auto, with --calib)',
  },
  {
    name: 'print-recipe',
    summary: 'print the resolved recipe and stop; what a run measures first is in the recipe of its report',
  },
  {
    name: 'target',
    value: 'NAME',
    choices: ['node-x64-vnni', 'node-x64-avx2', 'node-arm64', 'web-wasm'],
    summary: 'machine that will run the result: node-x64-vnni, node-x64-avx2, node-arm64, web-wasm (default: this one)',
  },
];

/** Options about the values that a model is run with. */
export const INPUT_OPTIONS: readonly Option[] = [
  {
    name: 'calib',
    value: 'PATH',
    repeatable: true,
    summary: 'sample inputs: a folder or files of .npy, .npz or .pb, or of pictures; or the word random',
  },
  {
    name: 'preprocess',
    value: 'HOW',
    summary:
      'how pictures are fed: imagenet, imagenet-bgr, unit, signed, none; or mean=,std=,size=,layout=,order=,fit=',
  },
  { name: 'input', value: 'NAME=VALUE', repeatable: true, summary: 'fix an input: sr=16000, or a file: mask=mask.npy' },
  { name: 'dim', value: 'NAME=N', repeatable: true, summary: 'fix a symbolic dimension: batch=1' },
  { name: 'seed', value: 'N', summary: 'seed of everything random (default 0)' },
  { name: 'threads', value: 'N', summary: 'threads of onnxruntime (default: one per core)' },
];

/** Limits on the likeness of two models. */
export const FIDELITY_OPTIONS: readonly Option[] = [
  { name: 'min-cosine', value: 'X', summary: 'least cosine of any output with the original' },
  { name: 'min-snr', value: 'DB', summary: 'least signal-to-noise ratio of any output, in dB' },
  { name: 'min-agreement', value: 'X', summary: 'least part of samples that keep their top class' },
];

/** Limits on the size of the output. */
export const SIZE_OPTIONS: readonly Option[] = [
  { name: 'max-size', value: 'BYTES', summary: 'largest output: 4MB, 512KiB' },
  { name: 'max-ratio', value: 'X', summary: 'largest output bytes / input bytes' },
];

/** Options about the speed of the output. */
export const SPEED_OPTIONS: readonly Option[] = [
  {
    name: 'measure',
    summary: 'time the result against the original, for about half a minute; with --verbose every layer',
  },
  { name: 'min-speedup', value: 'X', summary: 'least time of the original / time of the result; measures it' },
];

/** Options about checking and writing the output. */
export const OUTPUT_OPTIONS: readonly Option[] = [
  {
    name: 'output',
    short: 'o',
    value: 'FILE',
    summary: 'where to write (default <name>.compressed.onnx beside the input)',
  },
  { name: 'force', summary: 'allow -o to name the input itself, and a plan that was made for another model' },
  { name: 'dry-run', summary: 'do everything but keep no file; says which channels would go' },
  {
    name: 'verify',
    value: 'off|fast|full',
    choices: ['off', 'fast', 'full'],
    summary: 'how much to run the result against the original (default full)',
  },
  { name: 'cache', summary: 'do nothing where nothing has changed since the last run' },
  { name: 'keep-failed', summary: 'keep a rejected result as <name>.failed.onnx' },
  { name: 'report', value: 'FILE', summary: 'also write the report to a .html, .md or .json file' },
  { name: 'plan', value: 'FILE', summary: 'also write which channels went, to remove them again with --plan-from' },
  {
    name: 'sidecar',
    value: 'FILE',
    summary: 'also write scales and multipliers of int8-dyadic as integers, for firmware',
  },
];

/** The switch for machine-readable results. */
export const JSON_OPTION: Option = { name: 'json', summary: 'print JSON on stdout and nothing else' };

/** Options about how much is said on stderr. */
export const TALK_OPTIONS: readonly Option[] = [
  { name: 'quiet', short: 'q', summary: 'no progress and no warnings' },
  { name: 'verbose', summary: 'every step, and the reason of everything skipped' },
];

/** Options of `compress check`. */
export const CHECK_OPTIONS: readonly Option[] = [
  { name: 'config', value: 'FILE', summary: 'a config other than the nearest compress.config.json or package.json' },
  { name: 'update-baseline', summary: 'store the figures of this check as what later ones are compared with' },
  { name: 'force', summary: 'build every model, also where nothing has changed' },
  { name: 'report', value: 'FILE', summary: 'also write the result to a .md or .json file' },
  JSON_OPTION,
  ...TALK_OPTIONS,
];
