import { constants } from 'node:fs';
import { access, mkdir, mkdtemp, readdir, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { cannotWrite, outputFolderMissing } from '../../messages.js';
import { type Files, layOut } from './layout.js';
import type { MeteredModel } from './measurement.js';
import { meterFolderNotEmpty } from './messages.js';

/**
 * Writes a measurement in the files of AIPowerMeter (https://github.com/GreenAI-Uppa/AIPowerMeter), so that its
 * `ExpResults` reads them. All of it appears at once, or nothing does.
 *
 * @param folder is made; where it exists it has to be empty
 * @throws UsageError where the folder is not empty, lies in no folder or cannot be written, where two input sizes have
 *   the same label, or a run holds no inference
 * @example await writeAiPowerMeter('power', { description: 'model.onnx', inputs: [{ label: '1x3x224x224', runs }] });
 */
export async function writeAiPowerMeter(folder: string, model: MeteredModel): Promise<void> {
  const files = layOut(model);
  const target = resolve(folder);
  await requireMeterFolder(target);
  const staging = await mkdtemp(join(dirname(target), `.${basename(target)}.`)).catch((cause: unknown) => {
    throw cannotWrite(target, cause);
  });
  try {
    const staged = join(staging, 'complete');
    await writeFiles(staged, files);
    await rmdir(target).catch(() => undefined);
    await rename(staged, target);
  } catch (cause) {
    throw cannotWrite(target, cause);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/**
 * Checks that a measurement can be written there, before it is made.
 *
 * @throws UsageError where the folder is not empty, lies in no folder or cannot be written
 */
export async function requireMeterFolder(folder: string): Promise<void> {
  const target = resolve(folder);
  const parent = dirname(target);
  const inFolder = await stat(parent).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!inFolder) throw outputFolderMissing(parent);
  await access(parent, constants.W_OK).catch((cause: unknown) => {
    throw cannotWrite(target, cause);
  });
  const exists = await stat(target).catch(() => undefined);
  if (exists === undefined) return;
  const entries = exists.isDirectory() ? await readdir(target) : [target];
  if (entries.length > 0) throw meterFolderNotEmpty(target);
}

async function writeFiles(folder: string, files: Files): Promise<void> {
  for (const [path, content] of files) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}
