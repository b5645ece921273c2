import { float32Tensor } from '../../tensor/numbers.js';
import { cannotRaise, constantFor, type OpsetRule } from '../rule.js';

/** Upsample 7 -> 9 -> Resize 10 -> 11: scales became an input; 11 names the coordinate rule that 10 implied. */
export const resize: readonly OpsetRule[] = [
  {
    opTypes: ['Upsample'],
    since: 9,
    convert(node) {
      const scales = node.floats('scales');
      if (!scales) throw cannotRaise(node, 9, 'it has no scales');
      node.setInput(1, constantFor(node, 'scales', float32Tensor([scales.length], scales)));
      node.removeAttribute('scales');
    },
  },
  { opTypes: ['Upsample'], since: 10, convert: (node) => node.setOp('Resize') },
  {
    opTypes: ['Resize'],
    since: 11,
    convert(node) {
      const scales = node.inputs[1];
      if (!scales) throw cannotRaise(node, 11, 'it has no scales');
      node.setInput(1, '');
      node.setInput(2, scales);
      node.setAttribute('coordinate_transformation_mode', { string: 'asymmetric' });
      if (node.string('mode', 'nearest') === 'nearest') node.setAttribute('nearest_mode', { string: 'floor' });
    },
  },
];
