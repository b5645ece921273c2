import type { Target } from '@onnx-compress/core';
import type { RuntimeEnvironment } from '@onnx-compress/runtime';

/** The target that a machine is. A rare machine counts as the closest of the four. */
export function targetOf({ cpuFeatures }: Pick<RuntimeEnvironment, 'cpuFeatures'>): Target {
  if (cpuFeatures.includes('arm64')) return 'node-arm64';
  const vnni = cpuFeatures.includes('avx512_vnni') || cpuFeatures.includes('avx_vnni');
  return vnni ? 'node-x64-vnni' : 'node-x64-avx2';
}
