import { cannotRaise, type OpsetRule } from '../rule.js';

/** Scatter was renamed to ScatterElements (11). */
export const scatter: OpsetRule = {
  opTypes: ['Scatter'],
  since: 11,
  convert: (node) => node.setOp('ScatterElements'),
};

/** GridSample (20): bilinear and bicubic became linear and cubic. */
export const gridSample: OpsetRule = {
  opTypes: ['GridSample'],
  since: 20,
  convert(node) {
    const mode = node.string('mode', 'bilinear');
    node.setAttribute('mode', { string: mode.replace(/^bi/, '') });
  },
};

/** RoiAlign (16): the default coordinate rule changed. */
export const roiAlign: OpsetRule = {
  opTypes: ['RoiAlign'],
  since: 16,
  convert(node) {
    if (!node.hasAttribute('coordinate_transformation_mode')) {
      node.setAttribute('coordinate_transformation_mode', { string: 'output_half_pixel' });
    }
  },
};

/** BatchNormalization (9, 14): `spatial` went, and training outputs were regrouped. */
export const batchNormalization: readonly OpsetRule[] = [
  {
    opTypes: ['BatchNormalization'],
    since: 9,
    convert(node) {
      if (node.int('spatial', 1) !== 1) throw cannotRaise(node, 9, 'it normalizes per element (spatial=0)');
      node.removeAttribute('spatial');
    },
  },
  {
    opTypes: ['BatchNormalization'],
    since: 14,
    convert(node) {
      if (node.outputs.filter((name) => name !== '').length > 1) throw cannotRaise(node, 14, 'it is in training mode');
    },
  },
];
