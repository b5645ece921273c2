import { onnx } from '#schema';
import { GraphError } from '../error.js';
import { fromInt64 } from '../int64.js';
import type { ByteSource } from '../source/byte-source.js';
import { rangePayload } from '../source/payload.js';
import { byteLengthOf, dataTypeOf } from '../tensor/data-type.js';
import { tensorProtos } from '../wire/proto-walk.js';
import { setExternalPayload } from './external-payloads.js';

/** The place that external data locations are relative to; it refuses whatever lies outside. */
export interface ExternalFolder {
  open(location: string): Promise<ByteSource>;
}

/** Where a tensor's external data lie: file relative to the model, and the byte range in it. */
export interface ExternalLocation {
  readonly location: string;
  readonly offset: number;
  readonly length: number | undefined;
}

/** Reads the external_data entries of a tensor; undefined when it holds its own bytes. */
export function externalLocation(proto: onnx.TensorProto): ExternalLocation | undefined {
  if (proto.dataLocation !== onnx.TensorProto.DataLocation.EXTERNAL) return undefined;
  const entry = (key: string) => proto.externalData.find((pair) => pair.key === key)?.value;
  const length = entry('length');
  return {
    location: entry('location') ?? '',
    offset: Number(entry('offset') ?? 0),
    length: length === undefined ? undefined : Number(length),
  };
}

/** The opened data files, to be closed with the model, and the tensors that lie in them. */
export interface ExternalData {
  readonly sources: readonly ByteSource[];
  readonly tensors: readonly onnx.TensorProto[];
}

/**
 * Opens every file that the model's tensors refer to and notes where each tensor's bytes are.
 *
 * @throws GraphError EXTERNAL_MISSING, EXTERNAL_OUTSIDE or EXTERNAL_RANGE
 */
export async function resolveExternalData(
  model: onnx.ModelProto,
  folder: ExternalFolder | undefined,
): Promise<ExternalData> {
  const tensors: onnx.TensorProto[] = [];
  const sources = new Map<string, ByteSource>();
  try {
    for (const proto of tensorProtos(model)) {
      const external = externalLocation(proto);
      if (!external) continue;
      const source = sources.get(external.location) ?? (await openFor(proto, external, folder));
      sources.set(external.location, source);
      setExternalPayload(proto, payloadOf(proto, external, source));
      tensors.push(proto);
    }
  } catch (error) {
    await Promise.all([...sources.values()].map((source) => source.close()));
    throw error;
  }
  return { sources: [...sources.values()], tensors };
}

async function openFor(
  proto: onnx.TensorProto,
  { location }: ExternalLocation,
  folder: ExternalFolder | undefined,
): Promise<ByteSource> {
  if (folder) return folder.open(location);
  throw new GraphError('EXTERNAL_MISSING', `weight "${proto.name}" lies in "${location}", which bytes cannot bring`, {
    tensor: proto.name,
    hint: 'open the model by its path',
  });
}

function payloadOf(proto: onnx.TensorProto, external: ExternalLocation, source: ByteSource) {
  const expected = byteLengthOf(dataTypeOf(proto.dataType, proto.name), proto.dims.map(fromInt64));
  const length = external.length ?? expected;
  const { offset } = external;
  if (!(offset >= 0) || !(length >= 0) || offset + length > source.size) {
    const range = `bytes ${offset} to ${offset + length}`;
    throw new GraphError(
      'EXTERNAL_RANGE',
      `weight "${proto.name}" asks for ${range} of "${external.location}", which has ${source.size}`,
      { tensor: proto.name, hint: 'the external data file is damaged or belongs to another model' },
    );
  }
  return rangePayload(source, offset, length);
}
