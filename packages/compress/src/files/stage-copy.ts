import { constants } from 'node:fs';
import { copyFile, mkdtemp, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type StagedModel, stageModel } from '@onnx-compress/graph/node';
import { cannotWrite } from '../messages.js';
import type { Source } from '../pipeline/source.js';

/** A byte for byte copy of one file, staged as `stageModel` stages a model. */
async function stageCopy(
  from: string,
  path: string,
  record: { fileBytes: number; sha256: string },
): Promise<StagedModel> {
  const folder = await mkdtemp(join(dirname(path), `.${basename(path)}.`)).catch((error: unknown) => {
    throw cannotWrite(path, error);
  });
  const staged = join(folder, basename(path));
  const discard = () => rm(folder, { recursive: true, force: true });
  const written = { path, fileBytes: record.fileBytes, sha256: record.sha256, external: [] };
  const commit = async () => {
    await rename(staged, path);
    await discard();
    return written;
  };
  try {
    await copyFile(from, staged, constants.COPYFILE_FICLONE);
    return { path: staged, written, commit, discard };
  } catch (error) {
    await discard();
    throw cannotWrite(path, error);
  }
}

/** Stages the original itself: the very bytes of its file, or, where it is not one file, the unedited model. */
export function stageUnchanged(
  { model, location, record }: Source,
  path: string,
  signal: AbortSignal,
): Promise<StagedModel> {
  if ('path' in location && record.external === undefined) return stageCopy(location.path, path, record);
  return stageModel(model, path, signal);
}
