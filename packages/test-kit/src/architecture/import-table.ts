/** Where a package may import Node's own modules. */
type NodeModules = 'nowhere' | 'node entry' | 'anywhere';

interface Allowance {
  /** Siblings, by folder name. */
  readonly siblings: readonly string[];
  readonly thirdParty: readonly string[];
  readonly nodeModules: NodeModules;
  /** Whether `@onnx-compress/graph/node`, the file system of `graph`, may be imported. */
  readonly files: boolean;
}

const FOUNDATION = ['math', 'graph', 'core'];
const TECHNIQUES = ['cleanup', 'pruning', 'quantization', 'low-rank'];

const pure = (siblings: readonly string[], thirdParty: readonly string[]): Allowance => ({
  siblings,
  thirdParty,
  nodeModules: 'nowhere',
  files: false,
});

const host = (siblings: readonly string[], thirdParty: readonly string[]): Allowance => ({
  siblings,
  thirdParty,
  nodeModules: 'anywhere',
  files: true,
});

/** Who may import what, by package folder: the arrows of the architecture, planned packages included. */
export const IMPORT_TABLE: Readonly<Record<string, Allowance>> = {
  math: pure([], ['ml-matrix']),
  graph: { ...pure(['math'], ['protobufjs', 'long']), nodeModules: 'node entry' },
  core: pure(['math', 'graph'], ['zod', 'picomatch']),
  runtime: host(FOUNDATION, ['onnxruntime-node', 'fflate', '@tgwf/co2', 'sharp']),
  cleanup: pure(FOUNDATION, ['zod']),
  recovery: pure(FOUNDATION, []),
  pruning: pure([...FOUNDATION, 'recovery'], ['zod']),
  quantization: pure([...FOUNDATION, 'recovery'], ['zod']),
  'low-rank': pure([...FOUNDATION, 'recovery'], ['zod']),
  compress: host([...FOUNDATION, 'runtime', 'recovery', ...TECHNIQUES], ['zod']),
  cli: host(['compress'], ['picocolors']),
};

/** Name under which a package folder is published. */
export const publishedName = (folder: string): string =>
  folder === 'compress' ? 'onnx-compress' : `@onnx-compress/${folder}`;
