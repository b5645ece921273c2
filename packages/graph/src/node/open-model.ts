import { dirname } from 'node:path';
import { readModel } from '../files/read-model.js';
import type { Model } from '../model/model.js';
import { externalFolder } from './external-folder.js';
import { fileSource } from './file-source.js';

/**
 * Opens a model file, with its external data. The files stay open until the model is closed.
 *
 * @throws GraphError when the file is missing, is no ONNX model, is damaged, or asks for data outside its folder
 * @example
 * const model = await openModel('model.onnx');
 */
export async function openModel(path: string): Promise<Model> {
  const source = await fileSource(path);
  try {
    return await readModel(source, externalFolder(dirname(path)));
  } catch (error) {
    await source.close();
    throw error;
  }
}
