import type { Dim, Value } from '@onnx-compress/graph';
import type { CompressModel } from '../compress-model.js';
import { opsetsOf } from '../files/file-record.js';
import { measureModel } from '../pipeline/measured-model.js';
import { type LookOptions, withEngine } from '../pipeline/with-engine.js';
import type { ModelSize } from '../report/report.js';
import { type LayerSize, layerSizes, type OperatorSize, operatorSizes } from './sizes.js';
import { type Trial, tryTechniques } from './trials.js';

/** Name, type and shape of an input or output. */
export interface Port {
  readonly name: string;
  readonly dataType: string | null;
  /** Null where not even the rank is declared; `?` for an unknown size. */
  readonly dims: readonly (number | string)[] | null;
}

/** What is inside a model, as `compress inspect --json` prints it. */
export interface Inspection {
  readonly schemaVersion: 1;
  readonly irVersion: number;
  readonly opsets: Readonly<Record<string, number>>;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly size: ModelSize;
  /** What counts as a multiply-accumulate. */
  readonly macConvention: string;
  /** Values assumed for symbolic dimensions when `macs` was counted. */
  readonly assumedDims: Readonly<Record<string, number>>;
  readonly operators: readonly OperatorSize[];
  readonly layers: readonly LayerSize[];
  /** What could be compressed, and why the rest could not. */
  readonly trials: readonly Trial[];
}

const MAC_CONVENTION =
  'one multiplication and addition of Conv, ConvTranspose, Gemm, MatMul or a recurrent layer; biases not counted';

const dimText = (dim: Dim) => (dim === undefined || dim === '' ? '?' : dim);

const portOf = ({ name, declared }: Value): Port => ({
  name,
  dataType: declared?.dataType ?? null,
  dims: declared?.dims?.map(dimText) ?? null,
});

/**
 * Looks into a model: sizes by type, operator and layer, multiply-accumulates, and what a trial of pruning and
 * quantization finds. Reads every weight once; changes nothing.
 *
 * @example const { size, operators } = await inspectModel(await readModel('model.onnx'));
 */
export function inspectModel(model: CompressModel, options: LookOptions = {}): Promise<Inspection> {
  const { content } = model;
  return withEngine(options, async (engine, signal) => {
    const { size, assumedDims } = await measureModel(model, engine, options.dims ?? {}, signal);
    const layers = layerSizes(content);
    return {
      schemaVersion: 1,
      irVersion: content.irVersion,
      opsets: opsetsOf(content),
      inputs: content.graph.inputs.map(portOf),
      outputs: content.graph.outputs.map(portOf),
      size,
      macConvention: MAC_CONVENTION,
      assumedDims,
      operators: operatorSizes(content, layers),
      layers,
      trials: await tryTechniques(content, signal),
    };
  });
}
