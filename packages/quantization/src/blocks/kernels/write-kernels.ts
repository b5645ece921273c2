import type { Change, Context, LayerRepair } from '@onnx-compress/core';
import { computedTensor, float32Tensor, type Model, readFloats, type Scratch, type Tensor } from '@onnx-compress/graph';
import { correctReplaced } from '../../bias-correction.js';
import { dropUnused } from '../../emission/drop-weight.js';
import type { RoundedWeight } from '../../figures/weight-error.js';
import { findLayers } from '../../layers/find-layers.js';
import { reachOpset } from '../../placement/reach-opset.js';
import { groupByWeight } from '../../placement/weight-group.js';
import type { BlockChooser } from '../block-chooser.js';
import type { BlockOptions } from '../block-options.js';
import { type ChosenBlocks, roundedByBlocks } from '../chosen-blocks.js';
import { BLOCK_OPSET, chooseKernel, type Kernel } from './choose-kernel.js';
import { emitKernel } from './emit-kernel.js';
import { type KernelGroup, planKernel } from './plan-kernel.js';
import { StoredBlocks } from './stored-blocks.js';

/** What was done to the layers that compute with 4 bits. */
export interface KernelOutcome {
  readonly changed: readonly Change[];
  readonly repairs: readonly LayerRepair[];
  readonly rounded: readonly RoundedWeight[];
}

/** What a report calls the kernels. */
const WRITTEN: Readonly<Record<Kernel, string>> = {
  qdq: 'int4 blocks (DequantizeLinear)',
  matmulnbits: 'int4 blocks (MatMulNBits)',
  gathered: 'int4 blocks (GatherBlockQuantized)',
};

/** Gives the layers that are worth it blocks of 4 bits and kernels that read them; leaves all others as they are. */
export async function writeKernels(
  model: Model,
  scheme: string,
  options: BlockOptions,
  chooser: BlockChooser,
  scratch: Scratch,
  context: Context,
  selected: (label: string) => boolean,
): Promise<KernelOutcome> {
  const planned = await planKernels(model, options, chooser, scratch, context, selected);
  const replaced = planned.map(({ group, chosen }) => ({
    weight: group.weight,
    rounded: roundedTensor(group.tensor, chosen, scratch),
  }));
  const repairs = options.biasCorrection === 'auto' ? await correctReplaced(model, replaced, context) : [];
  const changed = planned.flatMap((one) => changesOf(one, scheme));
  for (const { group, kernel, chosen } of planned) {
    emitKernel(kernel, group, new StoredBlocks(group, chosen, scratch));
    dropUnused(group.weight);
  }
  const rounded = planned.map(({ group: { layers, tensor }, chosen }) => ({
    label: layers[0].node.label,
    tensor,
    rounded: (values: Float32Array) => roundedByBlocks(values, chosen),
  }));
  return { changed, repairs, rounded };
}

async function planKernels(
  model: Model,
  options: BlockOptions,
  chooser: BlockChooser,
  scratch: Scratch,
  { signal, progress }: Context,
  selected: (label: string) => boolean,
): Promise<readonly KernelGroup[]> {
  const kernelsFor = (opset: number) =>
    groupByWeight(findLayers(model, selected).layers).flatMap((group) => {
      const kernel = chooseKernel(group, options, opset);
      return kernel === undefined ? [] : [{ group, kernel }];
    });
  const wantsOpset = kernelsFor(BLOCK_OPSET).some(({ kernel }) => kernel === 'qdq');
  const opset = wantsOpset ? reachOpset(model, [BLOCK_OPSET]) : (model.opset() ?? 0);
  const wanted = kernelsFor(opset);
  const planned: KernelGroup[] = [];
  for (const [index, { group, kernel }] of wanted.entries()) {
    const plan = await planKernel(group, kernel, chooser, scratch, signal);
    if (plan !== undefined) planned.push(plan);
    progress(index + 1, wanted.length, group.weight.name);
  }
  return planned;
}

/** A weight as its blocks give it back; computed whenever the bytes are asked for. */
function roundedTensor(tensor: Tensor, chosen: ChosenBlocks, scratch: Scratch): Tensor {
  return computedTensor('float32', tensor.dims, () =>
    scratch.lend(tensor.byteLength, async (into) =>
      float32Tensor(tensor.dims, roundedByBlocks(await readFloats(tensor, into), chosen)).bytes(),
    ),
  );
}

/** What a report says of each layer of a weight; the bytes of a shared weight are counted with the first. */
function changesOf({ group, kernel, chosen, size, snrDb }: KernelGroup, scheme: string): readonly Change[] {
  return group.layers.map(({ node }, index) => ({
    node: node.label,
    tensor: group.weight.name,
    operator: node.opType,
    scheme,
    form: WRITTEN[kernel],
    weightScales: chosen.parameters.scales.length,
    weightBits: chosen.format.bits,
    weightSnrDb: snrDb,
    ...(index === 0 ? size : { bytesBefore: 0, bytesAfter: 0 }),
  }));
}
