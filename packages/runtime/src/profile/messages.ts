import { ModelError } from '@onnx-compress/core';

/** onnxruntime ended profiling and left no file, or one without a single finished inference. */
export function nothingProfiled(why: string): ModelError {
  return new ModelError('PROFILE_EMPTY', `onnxruntime recorded no times of the layers: ${why}`, {
    hint: 'Leave the times of the layers out; everything else can be measured without them.',
  });
}
