import { GraphError } from '../error.js';
import type { ExternalFolder } from '../external/resolve.js';
import { resolveExternalData } from '../external/resolve.js';
import { Model } from '../model/model.js';
import { weightProblem } from '../model/validate.js';
import { type ByteSource, memorySource } from '../source/byte-source.js';
import { decodeModel } from '../wire/decode.js';
import { notProtobuf } from '../wire/window.js';

/**
 * Reads a model from bytes or any other source. Only its structure is decoded; weights above a few KB stay where
 * they are, so the source must stay unchanged until the model is closed.
 *
 * @param external where tensors with external data find their files
 * @throws GraphError MODEL_EMPTY, MODEL_MALFORMED, MODEL_WITHOUT_GRAPH, WEIGHT_SIZE, EXTERNAL_* when it cannot be used
 */
export async function readModel(source: Uint8Array | ByteSource, external?: ExternalFolder): Promise<Model> {
  const bytes = source instanceof Uint8Array ? memorySource(source) : source;
  if (bytes.size === 0) throw new GraphError('MODEL_EMPTY', `${bytes.name} is empty`, { hint: 'give an .onnx file' });
  const proto = await decodeModel(bytes);
  if (!proto.graph) throw withoutGraph(bytes);
  const data = await resolveExternalData(proto, external);
  const model = new Model(proto, { sources: [bytes, ...data.sources], externalTensors: data.tensors });
  for (const weight of model.weights()) {
    const [problem] = weightProblem(weight);
    if (problem) throw new GraphError('WEIGHT_SIZE', problem, { tensor: weight.name, hint: 'the file is damaged' });
  }
  return model;
}

function withoutGraph(source: ByteSource): GraphError {
  const { message, hint } = notProtobuf(source, 0);
  return new GraphError('MODEL_WITHOUT_GRAPH', message.replace(/ \(.*\)$/, ' (it holds no graph)'), { hint });
}
