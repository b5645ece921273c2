import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, availableParallelism, cpus } from 'node:os';

/** Instruction sets that decide which of onnxruntime's kernels run, as Linux names them. */
const RELEVANT = [
  'avx',
  'avx2',
  'avx512f',
  'avx512_vnni',
  'avx_vnni',
  'amx_int8',
  'asimd',
  'asimddp',
  'i8mm',
  'sve',
  'bf16',
];

/** The runtime and machine that a result was measured on. */
export interface RuntimeEnvironment {
  /** Version of the installed onnxruntime-node. */
  readonly version: string;
  /** Processor architecture and instruction sets, e.g. `['x64', 'avx2', 'avx512_vnni']`; sets are known on Linux only. */
  readonly cpuFeatures: readonly string[];
  readonly cpuModel: string;
  /** Hardware threads this process may use. */
  readonly cpuCount: number;
}

/** Describes the installed onnxruntime and this machine, without loading onnxruntime. */
export async function runtimeEnvironment(): Promise<RuntimeEnvironment> {
  const cpuInfo = await readFile('/proc/cpuinfo', 'utf8').catch(() => '');
  return {
    version: onnxruntimeVersion(),
    cpuFeatures: [arch(), ...cpuFeatures(cpuInfo)],
    cpuModel: cpus()[0]?.model.trim() ?? 'unknown',
    cpuCount: availableParallelism(),
  };
}

/** The relevant flags of the first processor in the text of `/proc/cpuinfo`; `flags` on x64, `Features` on arm64. */
export function cpuFeatures(cpuInfo: string): readonly string[] {
  const flags = new Set(/^(?:flags|Features)\s*:(.*)$/m.exec(cpuInfo)?.[1]?.trim().split(/\s+/));
  return RELEVANT.filter((feature) => flags.has(feature));
}

function onnxruntimeVersion(): string {
  const path = createRequire(import.meta.url).resolve('onnxruntime-node/package.json');
  const manifest: unknown = JSON.parse(readFileSync(path, 'utf8'));
  const version = typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : '';
  return typeof version === 'string' ? version : '';
}
