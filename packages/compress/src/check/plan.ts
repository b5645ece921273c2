import { basename, dirname, extname, relative, resolve } from 'node:path';
import { CompressError, type TechniqueFamily } from '@onnx-compress/core';
import type { Budgets } from '../budgets.js';
import { defaultOutput } from '../files/paths.js';
import { mergeSteps } from '../recipe/order.js';
import { checkRecipe, readRecipe } from '../recipe/read.js';
import type { RecipeDraft } from '../recipe/schema.js';
import { resolveSpec } from '../specs.js';
import { DEFAULT_TOLERANCE, type Tolerance } from './baseline.js';
import { CONFIG_KEY, type FoundConfig } from './config-file.js';
import { checkConfig, type EntryDraft } from './config-schema.js';
import {
  badConfig,
  guardTakesOnlySize,
  neitherInputNorFile,
  outputIsInput,
  readsLater,
  sameTwice,
} from './messages.js';

interface Entry {
  readonly name: string;
  readonly budgets: Budgets;
  /** Where each budget is written, by its key: `models[0].budgets.maxBytes in compress.config.json`. */
  readonly places: ReadonlyMap<string, string>;
}

/** A model that is compressed. Paths are absolute. */
export interface BuildEntry extends Entry {
  readonly kind: 'build';
  readonly input: string;
  readonly output: string;
  /** With absolute paths, and without budgets. */
  readonly recipe: RecipeDraft;
  readonly recipeFile: string | undefined;
  readonly threads: number | undefined;
}

/** A finished file whose size is guarded. */
export interface GuardEntry extends Entry {
  readonly kind: 'guard';
  readonly input: string;
}

/** A checked config with absolute paths. */
export interface CheckPlan {
  readonly folder: string;
  readonly entries: readonly (BuildEntry | GuardEntry)[];
  readonly baseline: string;
  readonly tolerance: Tolerance;
}

/** Families whose specs an entry can give, as the flags of the command line do, and the key of each. */
const SPEC_KEYS = [
  ['prune', 'prune'],
  ['low-rank', 'lowRank'],
  ['quant', 'quant'],
] as const satisfies readonly (readonly [family: TechniqueFamily, key: keyof EntryDraft])[];

const FILE_VALUES = ['.npy', '.pb'];

/** Where in the config something stands, and what messages call the config. */
interface Place {
  readonly folder: string;
  readonly where: string;
  readonly at: string;
}

function stepsOf(draft: EntryDraft, { where, at }: Place) {
  return new Map(
    SPEC_KEYS.map(([family, key]) => {
      const specs = [draft[key] ?? []].flat();
      try {
        return [family, specs.map((spec) => resolveSpec(family, spec))] as const;
      } catch (error) {
        if (!(error instanceof CompressError)) throw error;
        throw badConfig(where, `${at}.${key}: ${error.message}`, error.hint);
      }
    }),
  );
}

async function draftedRecipe({ recipe }: EntryDraft, { folder, where, at }: Place): Promise<RecipeDraft> {
  if (recipe === undefined) return {};
  if (typeof recipe === 'string') return readRecipe(resolve(folder, recipe));
  return checkRecipe(recipe, `${at}.recipe in ${where}`);
}

/** The recipe's files are found from the config's folder. */
function located(recipe: RecipeDraft, folder: string): RecipeDraft {
  const inputs = Object.entries(recipe.inputs ?? {}).map(([name, value]) => [
    name,
    FILE_VALUES.includes(extname(value)) ? resolve(folder, value) : value,
  ]);
  const calibration = (recipe.calibration ?? []).map((path) => (path === 'random' ? path : resolve(folder, path)));
  return { ...recipe, inputs: Object.fromEntries(inputs), calibration };
}

const limitPlaces = (budgets: Budgets | undefined, at: string, where: string) =>
  new Map(Object.keys(budgets ?? {}).map((key) => [key, `${at}.${key} in ${where}`]));

/** A path as messages, reports and the baseline show it: from the config's folder, with forward slashes. */
export const shownPath = (folder: string, path: string) => relative(folder, path).replaceAll('\\', '/');

async function buildEntry(draft: EntryDraft, input: string, place: Place): Promise<BuildEntry> {
  const { folder, where, at } = place;
  const { budgets: inherited, ...recipe } = located(await draftedRecipe(draft, place), folder);
  const from = resolve(folder, input);
  const output = draft.output === undefined ? defaultOutput(from) : resolve(folder, draft.output);
  if (output === from) throw outputIsInput(where, at);
  const file = typeof draft.recipe === 'string' ? draft.recipe : undefined;
  const inRecipe = limitPlaces(inherited, file === undefined ? `${at}.recipe.budgets` : 'budgets', file ?? where);
  return {
    kind: 'build',
    name: draft.name ?? shownPath(folder, output),
    budgets: { ...inherited, ...draft.budgets },
    places: new Map([...inRecipe, ...limitPlaces(draft.budgets, `${at}.budgets`, where)]),
    input: from,
    output,
    recipe: { ...recipe, steps: mergeSteps(recipe.steps ?? [], stepsOf(draft, place)) },
    recipeFile: file === undefined ? undefined : resolve(folder, file),
    threads: draft.threads,
  };
}

const OF_GUARD = new Set(['file', 'name', 'budgets']);

function guardEntry(draft: EntryDraft, file: string, { folder, where, at }: Place): GuardEntry {
  const { maxBytes, ...others } = draft.budgets ?? {};
  const extra = Object.keys(draft).find((key) => !OF_GUARD.has(key));
  if (extra !== undefined) throw guardTakesOnlySize(where, `${at}.${extra}`);
  const [budget] = Object.keys(others);
  if (budget !== undefined) throw guardTakesOnlySize(where, `${at}.budgets.${budget}`);
  return {
    kind: 'guard',
    name: draft.name ?? shownPath(folder, resolve(folder, file)),
    budgets: { maxBytes },
    places: limitPlaces({ maxBytes }, `${at}.budgets`, where),
    input: resolve(folder, file),
  };
}

function entryOf(draft: EntryDraft, place: Place): Promise<BuildEntry> | GuardEntry {
  const { input, file } = draft;
  if (input !== undefined && file === undefined) return buildEntry(draft, input, place);
  if (file !== undefined && input === undefined) return guardEntry(draft, file, place);
  throw neitherInputNorFile(place.where, place.at);
}

function refuseRepetition(entries: CheckPlan['entries'], where: string): void {
  const seen = new Set<string>();
  for (const [index, entry] of entries.entries()) {
    const places = [`name ${entry.name}`, ...(entry.kind === 'build' ? [`output ${entry.output}`] : [])];
    const repeated = places.find((place) => seen.has(place));
    if (repeated !== undefined) throw sameTwice(where, `models[${index}]`, repeated);
    for (const place of places) seen.add(place);
  }
}

/** Entries are looked at in order: one that reads what a later one makes would judge a file of the last time. */
function refuseLateInput(entries: CheckPlan['entries'], where: string): void {
  for (const [index, { input }] of entries.entries()) {
    const maker = entries.findIndex(
      (entry, place) => place > index && entry.kind === 'build' && entry.output === input,
    );
    if (maker > index) throw readsLater(where, `models[${index}]`, `models[${maker}]`);
  }
}

/**
 * Checks a config and everything it refers to, and makes its paths absolute; they are relative to the config's folder.
 *
 * @throws UsageError naming the place of what cannot be meant
 */
export async function planCheck({ path, value }: Extract<FoundConfig, { kind: 'found' }>): Promise<CheckPlan> {
  const folder = dirname(path);
  const file = basename(path);
  const where = file === 'package.json' ? `the key "${CONFIG_KEY}" of ${file}` : file;
  const config = checkConfig(value, where);
  const entries: (BuildEntry | GuardEntry)[] = [];
  for (const [index, draft] of config.models.entries()) {
    entries.push(await entryOf(draft, { folder, where, at: `models[${index}]` }));
  }
  refuseRepetition(entries, where);
  refuseLateInput(entries, where);
  const { bytes, cosine, agreement } = DEFAULT_TOLERANCE;
  return {
    folder,
    entries,
    baseline: resolve(folder, config.baseline ?? 'compress.baseline.json'),
    tolerance: {
      bytes: config.tolerance?.bytes ?? bytes,
      cosine: config.tolerance?.cosine ?? cosine,
      agreement: config.tolerance?.agreement ?? agreement,
    },
  };
}
