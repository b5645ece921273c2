/** Machines that a result can be made for; they differ in what onnxruntime accelerates there. */
export const TARGETS = ['node-x64-vnni', 'node-x64-avx2', 'node-arm64', 'web-wasm'] as const;

/** One of `TARGETS`. */
export type Target = (typeof TARGETS)[number];
