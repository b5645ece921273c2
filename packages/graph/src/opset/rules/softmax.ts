import type { Node } from '../../model/node.js';
import { present } from '../../present.js';
import type { OpsetRule } from '../rule.js';

/**
 * Softmax, LogSoftmax, Hardmax (13): before, all axes from `axis` (default 1) on were taken as one; since, only `axis`
 * (default -1) counts. Unless it is the last axis, the old meaning is spelled out as Flatten, Softmax, Reshape.
 */
export const softmax: OpsetRule = {
  opTypes: ['Softmax', 'LogSoftmax', 'Hardmax'],
  since: 13,
  convert(node) {
    const axis = node.int('axis', 1);
    const rank = (node.input(0)?.declared ?? node.output(0)?.declared)?.dims?.length;
    if (axis === -1 || axis + 1 === rank) node.setAttribute('axis', { int: axis });
    else overFlattened(node, axis);
  },
};

function overFlattened(node: Node, axis: number): void {
  const { graph } = node;
  const input = present(node.inputs[0], 'input of Softmax');
  const output = present(node.outputs[0], 'output of Softmax');
  const name = (part: string) => graph.uniqueName(`${output}_${part}`);
  const [shape, flat, scores] = [name('shape'), name('flat'), name('scores')];
  graph.addNode({ opType: 'Shape', inputs: [input], outputs: [shape] }, { before: node });
  graph.addNode(
    { opType: 'Flatten', inputs: [input], outputs: [flat], attributes: { axis: { int: axis } } },
    { before: node },
  );
  node.setInput(0, flat);
  node.setAttribute('axis', { int: -1 });
  node.setOutput(0, scores);
  graph.addNode({ opType: 'Reshape', inputs: [scores, shape], outputs: [output] }, { after: node });
}
