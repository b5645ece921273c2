import { runtimeEnvironment } from '@onnx-compress/runtime/environment';
import { tool } from '../version.js';

/** The programs and the machine that a result depends on, as one text. */
export async function toolchain(): Promise<string> {
  const { version, cpuFeatures } = await runtimeEnvironment();
  return [`onnx-compress ${tool().version}`, `onnxruntime ${version}`, ...cpuFeatures].join(' ');
}
