import { onnx } from '#schema';
import { externalPayload } from '../external/external-payloads.js';
import { externalLocation } from '../external/resolve.js';
import { shallowCopy } from '../model/clone.js';
import type { Model } from '../model/model.js';
import type { ByteSource } from '../source/byte-source.js';
import type { Payload } from '../source/payload.js';
import { DeferredBytes } from '../wire/deferred.js';
import { type ReplaceTensor, replaceTensors } from '../wire/proto-map.js';
import { tensorProtos } from '../wire/proto-walk.js';

/** Protobuf messages end at 2 GiB; some room is left for the structure. */
const SINGLE_FILE_BYTES = 2 ** 31 - 2 ** 26;

/** Offsets in a data file are multiples of a page, so that runtimes can map them (ONNX external data format). */
const PAGE = 4096;

/** Smallest tensor that is worth a place in the data file. */
const EXTERNAL_BYTES = 1024;

/** A tensor's place in a data file. */
export interface DataEntry {
  readonly offset: number;
  readonly payload: Payload;
}

/** A data file that the model was read with. */
interface DataFile {
  readonly location: string;
  readonly source: ByteSource;
}

/** Where the tensor bytes of a model go when it is written. */
export type WritePlan =
  | { readonly kind: 'single-file'; readonly proto: onnx.ModelProto }
  /** Nothing external was touched: message and data files stay as they are. */
  | { readonly kind: 'same-data'; readonly proto: onnx.ModelProto; readonly files: readonly DataFile[] }
  | { readonly kind: 'new-data'; readonly proto: onnx.ModelProto; readonly entries: readonly DataEntry[] };

/**
 * Decides where the tensor bytes go. A model without external data stays one file up to 2 GiB. Untouched external data
 * are left alone; as soon as one such tensor changed, all larger tensors go to one new data file.
 *
 * @param location name of the new data file
 */
export function planWrite(model: Model, location: string): WritePlan {
  const { proto } = model;
  const tensors = [...tensorProtos(proto)];
  const external = tensors.filter((tensor) => externalLocation(tensor));
  const held = tensors.reduce((sum, tensor) => sum + deferredLength(tensor), 0);
  if (held <= SINGLE_FILE_BYTES && model.externalTensors.length === 0) return { kind: 'single-file', proto };
  if (held <= SINGLE_FILE_BYTES && isSameSet(external, model.externalTensors)) {
    return { kind: 'same-data', proto, files: dataFiles(external) };
  }
  return moveOut(model, location);
}

/** The model as one message, with external data taken in. */
export function inlined(model: Model): onnx.ModelProto {
  if (model.externalTensors.length === 0) return model.proto;
  return replaced(model, (tensor) => {
    const payload = externalPayload(tensor);
    return payload && withBytes(tensor, payload);
  });
}

function dataFiles(tensors: readonly onnx.TensorProto[]): readonly DataFile[] {
  const files = new Map<string, DataFile>();
  for (const tensor of tensors) {
    const location = externalLocation(tensor)?.location;
    const source = externalPayload(tensor)?.range?.source;
    if (location !== undefined && source) files.set(location, { location, source });
  }
  return [...files.values()];
}

function moveOut(model: Model, location: string): WritePlan {
  const entries: DataEntry[] = [];
  let end = 0;
  const proto = replaced(model, (tensor) => {
    const payload = payloadOf(tensor);
    if (!payload) return undefined;
    if (payload.byteLength < EXTERNAL_BYTES) return externalPayload(tensor) && withBytes(tensor, payload);
    const offset = Math.ceil(end / PAGE) * PAGE;
    entries.push({ offset, payload });
    end = offset + payload.byteLength;
    return withLocation(tensor, { location, offset, length: payload.byteLength });
  });
  return { kind: 'new-data', proto, entries };
}

function replaced(model: Model, replace: ReplaceTensor): onnx.ModelProto {
  const { proto } = model.clone();
  replaceTensors(proto, replace);
  return proto;
}

function isSameSet(a: readonly onnx.TensorProto[], b: readonly onnx.TensorProto[]): boolean {
  const present = new Set(a);
  return a.length === b.length && b.every((tensor) => present.has(tensor));
}

function deferredLength({ rawData }: onnx.TensorProto): number {
  return rawData instanceof DeferredBytes ? rawData.payload.byteLength : 0;
}

function payloadOf(tensor: onnx.TensorProto): Payload | undefined {
  return tensor.rawData instanceof DeferredBytes ? tensor.rawData.payload : externalPayload(tensor);
}

function withBytes(tensor: onnx.TensorProto, payload: Payload): onnx.TensorProto {
  const copy = shallowCopy(tensor);
  copy.rawData = new DeferredBytes(payload);
  copy.externalData = [];
  Reflect.deleteProperty(copy, 'dataLocation');
  return copy;
}

function withLocation(
  tensor: onnx.TensorProto,
  place: { readonly location: string; readonly offset: number; readonly length: number },
): onnx.TensorProto {
  const copy = shallowCopy(tensor);
  Reflect.deleteProperty(copy, 'rawData');
  copy.dataLocation = onnx.TensorProto.DataLocation.EXTERNAL;
  copy.externalData = Object.entries(place).map(
    ([key, value]) => new onnx.StringStringEntryProto({ key, value: String(value) }),
  );
  return copy;
}
