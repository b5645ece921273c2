import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { planWrite, type WritePlan } from '../files/write-plan.js';
import type { Model } from '../model/model.js';
import { encodeModel } from '../wire/encode.js';
import type { FileDigest } from './file-sink.js';
import { unwritable } from './messages.js';
import { linkedOrCopied, writeData, writeParts } from './write-files.js';

/** A written model: its file, and the data files it refers to. */
export interface WrittenModel extends FileDigest {
  readonly external: readonly FileDigest[];
}

/** A model that is completely on disk under a temporary folder, ready to be run, and then kept or dropped. */
export interface StagedModel {
  /** The staged file, to load and verify. */
  readonly path: string;
  /** Sizes and hashes, under the final paths. */
  readonly written: WrittenModel;
  /** Moves the files to their final place, replacing what is there. */
  commit(): Promise<WrittenModel>;
  /** Removes the files. */
  discard(): Promise<void>;
}

/**
 * Writes a model into a hidden folder beside its final place: on the same disk, so that `commit` only renames, and
 * under the final file names, so that references to data files hold. Nothing is left behind when it fails.
 *
 * @param path the final path; its folder must exist
 * @throws GraphError FILE_UNWRITABLE, and whatever reading the weights throws
 */
export async function stageModel(model: Model, path: string, signal?: AbortSignal): Promise<StagedModel> {
  const folder = await stagingFolder(path);
  const discard = () => rm(folder, { recursive: true, force: true });
  try {
    const staged = await writeFiles(model, path, folder, signal);
    const written = finalPaths(staged, folder, dirname(path));
    const commit = async () => {
      try {
        await moveAll(staged, written);
        return written;
      } catch (error) {
        throw unwritable(path, error);
      } finally {
        await discard();
      }
    };
    return { path: staged.path, written, commit, discard };
  } catch (error) {
    await discard();
    throw error;
  }
}

/**
 * Writes a model atomically: it appears complete under its name, or not at all. Weights are streamed.
 *
 * @throws GraphError as stageModel
 * @example
 * await writeModel(model, 'smaller.onnx');
 */
export async function writeModel(model: Model, path: string, signal?: AbortSignal): Promise<WrittenModel> {
  return (await stageModel(model, path, signal)).commit();
}

async function stagingFolder(path: string): Promise<string> {
  try {
    return await mkdtemp(join(dirname(path), `.${basename(path)}.`));
  } catch (error) {
    throw unwritable(path, error);
  }
}

async function writeFiles(model: Model, path: string, folder: string, signal?: AbortSignal): Promise<WrittenModel> {
  const location = `${basename(path)}.data`;
  const plan = planWrite(model, location);
  const external = await writeExternal(plan, path, folder, location, signal);
  const digest = await writeParts(join(folder, basename(path)), await encodeModel(plan.proto), signal);
  return { ...digest, external };
}

async function writeExternal(
  plan: WritePlan,
  path: string,
  folder: string,
  location: string,
  signal: AbortSignal | undefined,
): Promise<readonly FileDigest[]> {
  if (plan.kind === 'single-file') return [];
  if (plan.kind === 'new-data') return [await writeData(join(folder, location), plan.entries, signal)];
  const digests: FileDigest[] = [];
  for (const { location: name, source } of plan.files) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    digests.push(await linkedOrCopied(source, join(folder, name), join(dirname(path), name), signal));
  }
  return digests;
}

function finalPaths(staged: WrittenModel, folder: string, target: string): WrittenModel {
  const final = <Digest extends FileDigest>(digest: Digest): Digest => ({
    ...digest,
    path: join(target, digest.path.slice(folder.length + 1)),
  });
  return { ...final(staged), external: staged.external.map(final) };
}

/** Data files first, so that the model never names a file that is not there. */
async function moveAll(staged: WrittenModel, written: WrittenModel): Promise<void> {
  for (const [index, { path }] of staged.external.entries()) {
    const target = written.external[index]?.path ?? path;
    await mkdir(dirname(target), { recursive: true });
    await rename(path, target);
  }
  await rename(staged.path, written.path);
}
