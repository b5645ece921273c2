import type { onnx } from '#schema';
import type { Payload } from '../source/payload.js';

const payloads = new WeakMap<onnx.TensorProto, Payload>();

/** Remembers where the bytes of a tensor with external data lie. */
export function setExternalPayload(proto: onnx.TensorProto, payload: Payload): void {
  payloads.set(proto, payload);
}

/** Where the bytes of a tensor with external data lie; undefined for tensors that hold their own. */
export function externalPayload(proto: onnx.TensorProto): Payload | undefined {
  return payloads.get(proto);
}
