import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from '@jest/globals';

/** Environment variable that names the folder of real models. */
export const ZOO_VARIABLE = 'ONNX_COMPRESS_ZOO';

/**
 * Paths of all real models, sorted: every `.onnx` below `$ONNX_COMPRESS_ZOO/models`. Empty when the variable is unset.
 *
 * @throws Error when the variable is set and no model is there.
 */
export function zooModels(): readonly string[] {
  const root = process.env[ZOO_VARIABLE];
  if (root === undefined || root === '') return [];
  const folder = join(root, 'models');
  const files = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [];
  const models = files.filter((file) => file.endsWith('.onnx')).sort();
  if (models.length === 0) throw new Error(`${ZOO_VARIABLE}=${root} holds no models/**/*.onnx`);
  return models.map((file) => join(folder, file));
}

/**
 * A `describe` block over the real models; without the zoo it is one skipped test whose name says why.
 *
 * @param define receives the paths of all models, sorted.
 */
export function describeZoo(name: string, define: (models: readonly string[]) => void): void {
  const models = zooModels();
  if (models.length > 0) describe(name, () => define(models));
  else describe(name, () => it.skip(`needs the folder of real models in ${ZOO_VARIABLE}`, () => {}));
}
