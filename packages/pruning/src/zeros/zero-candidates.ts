import type { Node } from '@onnx-compress/graph';
import type { Engine } from '../axes/engine.js';
import type { ConstantZeros } from './constant-zeros.js';
import type { Units } from './units.js';

const isScale = ({ opType }: Node, input: number) => opType === 'BatchNormalization' && input === 1;

/** Units with a channel that no input reaches: by zero weights, or by the zero scale of a BatchNormalization. */
export async function zeroCandidates(engine: Engine, constants: ConstantZeros): Promise<Units> {
  const scales = engine.weights.flatMap(({ weight, axes: [axis] }) => {
    const scales = weight.value.uses.some((use) => use.kind === 'input' && isScale(use.node, use.index));
    const atoms = scales ? axis?.[0]?.atoms : undefined;
    return atoms === undefined ? [] : [{ weight, axis: 0, atoms }];
  });
  const candidates = new Set<number>();
  for (const { weight, axis, atoms } of [...engine.producers, ...scales]) {
    for (const [position, zero] of (await constants.along(weight, axis)).entries()) {
      if (zero) candidates.add(engine.dependencies.atoms.find(atoms[position] ?? 0));
    }
  }
  return candidates;
}
