import { dirname } from 'node:path';
import { type ByteSource, type ExternalFolder, memorySource, readModel as readGraph } from '@onnx-compress/graph';
import { externalFolder, fileSource } from '@onnx-compress/graph/node';
import { CompressModel } from './compress-model.js';
import { translated } from './failures.js';
import { checkInput } from './files/paths.js';
import { unsoundInput } from './messages.js';

/** Reads the graph and checks that it is sound; a source that holds no usable model is closed again. */
async function readSound(source: ByteSource, external?: ExternalFolder) {
  try {
    const model = await readGraph(source, external);
    const problems = model.validate();
    if (problems.length > 0) throw unsoundInput(source.name, problems);
    return model;
  } catch (error) {
    await source.close();
    throw error;
  }
}

async function fromPath(path: string): Promise<CompressModel> {
  await checkInput(path);
  const main = await fileSource(path);
  const folder = externalFolder(dirname(path));
  const external: ByteSource[] = [];
  const noting: ExternalFolder = {
    async open(location) {
      const file = await folder.open(location);
      external.push(file);
      return file;
    },
  };
  const model = await readSound(main, noting);
  return new CompressModel(model, model, { location: { path }, files: [main, ...external] });
}

async function fromBytes(bytes: Uint8Array): Promise<CompressModel> {
  const source = memorySource(bytes, 'the model');
  const model = await readSound(source);
  return new CompressModel(model, model, { location: { bytes }, files: [source] });
}

async function fromSource(source: ByteSource): Promise<CompressModel> {
  const model = await readSound(source);
  return new CompressModel(model, model, undefined);
}

/**
 * Reads a model from a file, from bytes, or from any other source of bytes. Only its structure is decoded; large
 * weights stay where they are until they are needed. External data are found beside a file.
 *
 * @throws ModelError for what is missing, damaged or contradicts itself
 * @example
 * const model = await readModel('resnet50.onnx');
 */
export function readModel(source: string | Uint8Array | ByteSource): Promise<CompressModel> {
  return translated(() => {
    if (typeof source === 'string') return fromPath(source);
    return source instanceof Uint8Array ? fromBytes(source) : fromSource(source);
  });
}
