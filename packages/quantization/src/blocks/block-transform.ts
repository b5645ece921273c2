import {
  type Context,
  dividedProgress,
  type Figure,
  matchNodes,
  type NodeSelection,
  type StepResult,
  type Transform,
} from '@onnx-compress/core';
import { type Model, Scratch } from '@onnx-compress/graph';
import { codeTransform } from '../codes/encode-model.js';
import { blockCode } from '../codes/kinds/blocks.js';
import { roundingFigures } from '../figures/weight-error.js';
import { stochasticNeedsNearest } from '../messages.js';
import { assignsWeights, assignWeights } from './assignment/assign-weights.js';
import { BlockChooser } from './block-chooser.js';
import type { BlockFormat } from './block-format.js';
import type { BlockOptions } from './block-options.js';
import { type KernelOutcome, writeKernels } from './kernels/write-kernels.js';

/** How long the parts take, compared to each other. */
const SHARES = { assignment: 10, kernels: 1, rest: 1 };

/**
 * Stores the weights of layers as integers of 4 bits with a scale for each block. Products and tables that are large
 * enough stay 4 bits in memory; all other weights are turned back into floats when the model is loaded. Weights are read
 * for their scales and again when the model is written; no two are in memory at a time.
 *
 * @throws UsageError where both a search and chance are to choose the integers
 */
export function blockTransform(scheme: string, options: BlockOptions, nodes: NodeSelection): Transform {
  const { method, rounding } = options;
  if (rounding === 'stochastic' && method !== 'rtn') throw stochasticNeedsNearest(method);
  return {
    name: `quant ${scheme}`,
    exact: false,
    run: (model, context) => quantizeBlocks(model, scheme, options, nodes, context),
  };
}

async function quantizeBlocks(
  model: Model,
  scheme: string,
  options: BlockOptions,
  nodes: NodeSelection,
  context: Context,
): Promise<StepResult> {
  const { method, biasCorrection } = options;
  const phase = dividedProgress(context, { ...SHARES, assignment: assignsWeights(options) ? SHARES.assignment : 0 });
  const scratch = new Scratch();
  const selected = matchNodes(nodes);
  const format = formatOf(options);
  const { weights, repairs } = await assignWeights(model, options, format, phase('assignment'), selected);
  const chooser = new BlockChooser(format, method === 'hqq' ? 'hqq' : 'rtn', weights);
  const before = labelsOf(model);
  const kernels = await writeKernels(model, scheme, options, chooser, scratch, phase('kernels'), selected);
  const added = new Set([...labelsOf(model)].filter((label) => !before.has(label)));
  const others = { ...nodes, skip: [...nodes.skip, ...kernels.changed.map(({ node }) => node)] };
  const code = codeTransform(blockCode(scheme, chooser), others, { biasCorrection });
  const rest = await code.run(model, phase('rest'));
  const drawn = context.drawsFigures ? await roundingFigures(kernels.rounded, scratch, context.signal) : [];
  const skipped = rest.skipped.filter(({ node }) => !added.has(node));
  return joined({ ...kernels, repairs: [...repairs, ...kernels.repairs] }, { ...rest, skipped }, drawn);
}

const formatOf = ({ blockSize, symmetric, scaleType }: BlockOptions): BlockFormat => ({
  bits: 4,
  ...{ blockSize, symmetric, scaleType },
});

const labelsOf = (model: Model): ReadonlySet<string> => new Set(Array.from(model.nodes(), ({ label }) => label));

/** What both parts did, as one step. */
function joined(kernels: KernelOutcome, rest: StepResult, drawn: readonly Figure[]): StepResult {
  const changed = [...kernels.changed, ...rest.changed];
  const { skipped } = rest;
  const repairs = [...kernels.repairs, ...(rest.repairs ?? [])];
  const figures = [...drawn, ...(rest.figures ?? [])];
  return {
    changed,
    skipped,
    metrics: {
      layers: changed.length + skipped.length,
      quantized: changed.length,
      computedIn4Bits: kernels.changed.length,
    },
    ...(repairs.length > 0 && { repairs }),
    ...(figures.length > 0 && { figures }),
  };
}
