import type { Change } from '@onnx-compress/core';
import { float32Tensor } from '@onnx-compress/graph';
import { isOne } from '../chains/axis-affine.js';
import { dataOf, type Link } from '../chains/link.js';
import { inputsOf } from '../folding/foldable.js';
import { bypass, canBypass } from '../graph-edits/bypass.js';
import { removeUnread } from '../graph-edits/remove-unread.js';
import { findHardSigmoid, type WrittenHardSigmoid } from '../hard-sigmoid/find-hard-sigmoid.js';
import { writtenOutHardSigmoid } from '../messages.js';
import { mainScopes, type Rewrite } from '../rewrite.js';

/**
 * `Clip(a * x + b, 0, c)` in front of a scale becomes `HardSigmoid(x; a / c, b / c)`, and `c` goes into the scale. So
 * the usual spelling of Hardswish, `x * Clip(x + 3, 0, 6) / 6`, becomes two nodes.
 */
export const restoreHardSigmoids: Rewrite = async (model, scope) => {
  const changed: Change[] = [];
  for (const graph of mainScopes(model)) {
    for (const node of [...graph.nodes]) {
      const found = await findHardSigmoid(node, scope.selected);
      if (found === undefined) continue;
      write(found);
      changed.push(writtenOutHardSigmoid(node.label));
    }
  }
  return { changed, skipped: [] };
};

function write({ clip, source, before, slope, offset, height, behind }: WrittenHardSigmoid): void {
  const constants = [clip, ...before.map(({ node }) => node)].flatMap(inputsOf);
  clip.setOp('HardSigmoid');
  clip.setInputs([source.name]);
  for (const name of ['min', 'max']) clip.removeAttribute(name);
  clip.setAttribute('alpha', { float: slope / height });
  clip.setAttribute('beta', { float: offset / height });
  for (const { node } of [...before].reverse()) node.graph.removeNode(node);
  for (const constant of constants) removeUnread(constant);
  if (behind !== undefined) scaleMore(behind, height);
}

/** Makes a multiplication by a constant one by a multiple of it; by 1, it goes. */
function scaleMore(link: Link, height: number): void {
  const { node, affine } = link;
  const data = dataOf(link);
  const constant = node.input(1 - link.dataIndex);
  const factor = (affine.scale[0] ?? 1) * height;
  if (data === undefined || constant === undefined) return;
  if (isOne(factor) && canBypass(node, data)) bypass(node, data);
  else {
    const name = node.graph.uniqueName(`${node.outputs[0] ?? node.label}_scale`);
    const weight = node.graph.addWeight(name, float32Tensor([], [factor]));
    node.setOp('Mul');
    node.setInputs([data.name, weight.name]);
  }
  removeUnread(constant);
}
