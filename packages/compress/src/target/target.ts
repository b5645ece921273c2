import type { RuntimeEnvironment } from '@onnx-compress/runtime';

/** Machines that a result can be made for; they differ in what onnxruntime accelerates there. */
export const TARGETS = ['node-x64-vnni', 'node-x64-avx2', 'node-arm64', 'web-wasm'] as const;

/** One of `TARGETS`. */
export type Target = (typeof TARGETS)[number];

/** The target that a machine is. A rare machine counts as the closest of the four. */
export function targetOf({ cpuFeatures }: Pick<RuntimeEnvironment, 'cpuFeatures'>): Target {
  if (cpuFeatures.includes('arm64')) return 'node-arm64';
  const vnni = cpuFeatures.includes('avx512_vnni') || cpuFeatures.includes('avx_vnni');
  return vnni ? 'node-x64-vnni' : 'node-x64-avx2';
}
