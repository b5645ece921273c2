import { type Diagnostic, UsageError } from '@onnx-compress/core';
import type { FoundConfig } from './config-file.js';

const reasonOf = (cause: unknown) => (cause instanceof Error ? cause.message : String(cause));

const EXAMPLE =
  '{ "models": [{ "input": "model.onnx", "quant": "int8-per-channel", "budgets": { "maxBytes": "4MB" } }] }';

/** No config, or one that cannot be read. */
export function noConfig(found: Exclude<FoundConfig, { kind: 'found' }>): UsageError {
  switch (found.kind) {
    case 'absent':
      return new UsageError('CONFIG_NOT_FOUND', `Neither ${found.folder} nor a folder around it has a config`, {
        hint: `Write compress.config.json, or the key "onnx-compress" in package.json: ${EXAMPLE}`,
      });
    case 'missing':
      return new UsageError('CONFIG_NOT_FOUND', `There is no config in ${found.path}`, { hint: 'Check the path.' });
    case 'unreadable':
      return new UsageError('CONFIG_INVALID', `Cannot read ${found.path}: ${found.problem}`, {
        hint: 'Check that it is a file, and its permissions.',
      });
    case 'malformed':
      return new UsageError('CONFIG_INVALID', `${found.path} is not JSON: ${found.problem}`, {
        hint: 'Check its commas and quotes.',
      });
    case 'twice':
      return new UsageError('CONFIG_TWICE', `${found.folder} has compress.config.json and a config in package.json`, {
        hint: 'Keep one of them, or name one with --config.',
      });
  }
}

/** A config that does not follow its schema. */
export function badConfig(where: string, problem: string, hint: string | undefined = undefined): UsageError {
  return new UsageError('CONFIG_INVALID', `In ${where}, ${problem}`, {
    hint: hint ?? 'See compress-config.schema.json of the package onnx-compress.',
  });
}

/** An entry that names no model, or a model and a file to guard. */
export function neitherInputNorFile(where: string, at: string): UsageError {
  return badConfig(
    where,
    `${at} needs either input or file`,
    'Use input for a model to compress, file to guard a size.',
  );
}

/** An entry that would replace the model that it reads. */
export function outputIsInput(where: string, at: string): UsageError {
  return badConfig(where, `${at}.output is the input itself`, 'Name another file, so that the original stays.');
}

/** A guarded file with settings of a compressed model. */
export function guardTakesOnlySize(where: string, place: string): UsageError {
  return badConfig(
    where,
    `${place} has no meaning for a guarded file`,
    'Use input instead of file to compress a model.',
  );
}

/** Two entries that would overwrite each other. */
export function sameTwice(where: string, at: string, what: string): UsageError {
  return badConfig(
    where,
    `${at} has the ${what} of an entry before it`,
    'Give each entry a name and an output of its own.',
  );
}

/** An entry that reads what one behind it makes. */
export function readsLater(where: string, at: string, maker: string): UsageError {
  return badConfig(where, `${at} reads the output of ${maker}, which is made after it`, `Move it behind ${maker}.`);
}

/** A baseline file that is none. */
export function badBaseline(path: string, problem: string): UsageError {
  return new UsageError('BASELINE_INVALID', `${path} is not a baseline: ${problem}`, {
    hint: "Restore it, or delete it and run 'compress check --update-baseline'.",
  });
}

/** The baseline file cannot be written. */
export function baselineNotWritable(path: string, cause: unknown): UsageError {
  return new UsageError('BASELINE_NOT_WRITABLE', `Cannot write ${path}: ${reasonOf(cause)}`, {
    hint: 'Check permissions and free space of its folder.',
    cause,
  });
}

/** Caching a run that depends on a function, which has no content to compare. */
export function cacheNeedsFiles(option: string): UsageError {
  return new UsageError(
    'CACHE_NEEDS_FILES',
    `A run with ${option} of the caller's own cannot be taken from the cache`,
    {
      hint: 'Drop cache, or give the samples as files.',
    },
  );
}

/** An entry of the cache that cannot be used. */
export function damagedCache(path: string): Diagnostic {
  return { code: 'CACHE_DAMAGED', message: `${path} is damaged: the model is built anew.` };
}

/** A cache that cannot be written; the run itself is good. */
export function cacheNotWritable(folder: string, cause: unknown): Diagnostic {
  return {
    code: 'CACHE_NOT_WRITABLE',
    message: `Nothing was cached in ${folder}, so the next run starts anew: ${reasonOf(cause)}`,
  };
}
