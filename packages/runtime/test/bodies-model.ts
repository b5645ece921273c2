import { type Model, readModel } from '@onnx-compress/graph';
import onnxProto from 'onnx-proto';

const { onnx } = onnxProto;
const { DataType } = onnx.TensorProto;
const { GRAPH, INT } = onnx.AttributeProto.AttributeType;

const floats = (name: string, dims: number[]) => ({
  name,
  dims,
  dataType: DataType.FLOAT,
  rawData: new Uint8Array(4 * dims.reduce((product, size) => product * size, 1)),
});

const typed = (name: string, elemType: number, dims: (number | string)[]) => ({
  name,
  type: {
    tensorType: {
      elemType,
      shape: { dim: dims.map((dim) => (typeof dim === 'string' ? { dimParam: dim } : { dimValue: dim })) },
    },
  },
});

const op = (opType: string, input: string[], output: string[], attribute: onnxProto.onnx.IAttributeProto[] = []) => ({
  opType,
  name: output[0] ?? opType,
  input,
  output,
  attribute,
});

const body = (name: string, g: onnxProto.onnx.IGraphProto) => ({ name, type: GRAPH, g: { name, ...g } });

/**
 * A model with an If, a Scan and a Loop over `x` (float32 [batch, 4]) whose bodies capture `x`, the small weight `w8`
 * (4 x 8) and the large weight `w512` (4 x 512); the bodies of Scan and Loop leave the types of what they are fed undeclared.
 */
export function bodiesModel(): Promise<Model> {
  const model = onnx.ModelProto.create({
    irVersion: 8,
    opsetImport: [{ domain: '', version: 17 }],
    graph: {
      name: 'bodies',
      input: [typed('x', DataType.FLOAT, ['batch', 4]), typed('flag', DataType.BOOL, [])],
      initializer: [
        floats('w8', [4, 8]),
        floats('w512', [4, 512]),
        floats('start', [8]),
        { name: 'trips', dims: [], dataType: DataType.INT64, int64Data: [3] },
      ],
      node: [
        op(
          'If',
          ['flag'],
          ['chosen'],
          [
            body('then_branch', { node: [op('MatMul', ['x', 'w512'], ['then_out'])], output: [{ name: 'then_out' }] }),
            body('else_branch', {
              initializer: [floats('own', [4, 512])],
              node: [op('MatMul', ['x', 'own'], ['else_out'])],
              output: [{ name: 'else_out' }],
            }),
          ],
        ),
        op(
          'Scan',
          ['start', 'x'],
          ['scanned'],
          [
            { name: 'num_scan_inputs', type: INT, i: 1 },
            body('body', {
              input: [{ name: 'state' }, { name: 'row' }],
              node: [op('MatMul', ['row', 'w8'], ['scan_hidden']), op('Add', ['state', 'scan_hidden'], ['state_out'])],
              output: [{ name: 'state_out' }],
            }),
          ],
        ),
        op(
          'Loop',
          ['trips', '', 'x'],
          ['looped'],
          [
            body('body', {
              input: [typed('iteration', DataType.INT64, []), typed('go', DataType.BOOL, []), { name: 'carried' }],
              node: [
                op('MatMul', ['x', 'w8'], ['loop_captured']),
                op('Identity', ['go'], ['go_on']),
                op('Identity', ['carried'], ['carried_out']),
              ],
              output: [{ name: 'go_on' }, { name: 'carried_out' }],
            }),
          ],
        ),
      ],
      output: [{ name: 'chosen' }, { name: 'scanned' }, { name: 'looped' }],
    },
  });
  return readModel(Uint8Array.from(onnx.ModelProto.encode(model).finish()));
}
