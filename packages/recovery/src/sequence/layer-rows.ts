import type { Matrix } from '@onnx-compress/core';
import { type Model, present, type ShapeTable } from '@onnx-compress/graph';
import { CentredRows } from '../least-squares/centred-rows.js';
import type { LayerProblem } from '../least-squares/layer-problem.js';
import { columnsOf } from '../least-squares/matrices.js';
import { collectRows } from '../rows/collect-rows.js';
import { positionsOf } from '../rows/positions-of.js';
import type { RowSampling, Wanted } from '../rows/wanted.js';
import { readEffective } from './effective-layer.js';
import type { LayerTask } from './layer-task.js';

/** What a layer should compute at the sampled positions, or the sum that it is a part of. */
export interface WantedRows {
  readonly task: LayerTask;
  readonly positions: number;
  /** The value of the original that is aimed at; with a residual the sum. */
  readonly value: string;
}

/** The rows that a task asks for. */
export function wantedRows(task: LayerTask, samples: number, types: ShapeTable): WantedRows {
  const { layer, original, reference, residual } = task;
  const positions = positionsOf(layer, samples, types.get(original.output)?.dims);
  return { task, positions, value: residual === undefined ? reference.name : residual.sum.name };
}

/** Bytes of the rows that a task is fed with. */
export const inputBytes = ({ task, positions }: WantedRows, samples: number): number =>
  4 * samples * positions * task.layer.columns * task.layer.contraction.groups;

/** Bytes of the rows that are aimed at. */
export const targetBytes = ({ task, positions }: WantedRows, samples: number): number =>
  4 * samples * positions * task.original.outputs;

function channelsAt({ task, positions }: WantedRows, value: string): Wanted {
  const { axis, rank } = task.reference;
  return { kind: 'channels', value, axis, rank, positions };
}

/** What the original computes at the positions of some tasks, the channels that are left of it. */
export async function targetRows(
  original: Model,
  wanted: readonly WantedRows[],
  sampling: RowSampling,
): Promise<ReadonlyMap<LayerTask, Matrix>> {
  const asked = wanted.map((one) => channelsAt(one, one.value));
  const matrices = await collectRows(original, asked, sampling);
  return new Map(wanted.map(({ task }, index) => [task, columnsOf(present(matrices[index], 'rows'), task.kept)]));
}

/** What the sum should be without its other operand. */
function without(sums: Matrix, others: Matrix): Matrix {
  return { ...sums, values: sums.values.map((value, index) => value - (others.values[index] ?? 0)) };
}

/** Gives each layer what it is to compute and what it is fed with in the changed model as it is now. */
export async function problemsOf(
  changed: Model,
  wanted: readonly WantedRows[],
  targets: ReadonlyMap<LayerTask, Matrix>,
  sampling: RowSampling & { readonly fittedPart: number },
): Promise<readonly LayerProblem[]> {
  const asked = wanted.flatMap((one): readonly Wanted[] => {
    const { layer, residual } = one.task;
    const inputs = { kind: 'inputs', layer, positions: one.positions } as const;
    return residual === undefined ? [inputs] : [inputs, channelsAt(one, residual.other.name)];
  });
  const matrices = await collectRows(changed, asked, sampling);
  const next = matrices.values();
  const take = () => present(next.next().value, 'rows');
  const problems: LayerProblem[] = [];
  for (const { task } of wanted) {
    const { layer, residual, rectifier } = task;
    const inputs = new CentredRows(take());
    const offsets = residual === undefined ? undefined : take();
    const aim = present(targets.get(task), 'targets');
    problems.push({
      inputs,
      grouping: { groups: layer.contraction.groups, columns: layer.columns, outputs: layer.outputs },
      targets: offsets === undefined ? aim : without(aim, offsets),
      offsets,
      rectifier,
      fitRows: Math.round(aim.rows * sampling.fittedPart),
      ...(await readEffective(task)),
    });
  }
  return problems;
}
