import { type Model, modelBytes, present, readModel } from '@onnx-compress/graph';
import onnxProto from 'onnx-proto';
import { ExportedNet, images } from './exported-net.js';
import { conv } from './layers/convolution.js';
import { poolAndClassify } from './layers/linear.js';

const { onnx } = onnxProto;
const CHANNELS = 16;

/** A branch: its inputs are values of the graph around it, its only output is called `name`. */
function branch(name: string, write: (net: ExportedNet) => string): Model {
  const net = new ExportedNet({ opset: 14, inputs: { hidden: ['float32', ['batch', CHANNELS, 8, 8]] } });
  return net.build({ [name]: net.module(name, () => write(net)) });
}

/** The graph of a branch, without inputs, since it captures them by name. */
async function graphOf(model: Model): Promise<onnxProto.onnx.IGraphProto> {
  const graph = present(onnx.ModelProto.decode(await modelBytes(model)).graph, 'graph');
  const output = present(graph.output?.[0], 'output');
  return { ...graph, input: [], output: [{ name: output.name ?? '', type: floatTensor() }] };
}

const floatTensor = () => ({
  tensorType: {
    elemType: onnx.TensorProto.DataType.FLOAT,
    shape: { dim: [{ dimParam: 'batch' }, { dimValue: CHANNELS }, { dimValue: 8 }, { dimValue: 8 }] },
  },
});

/** Convolutions around a value that one of two branches computes, each with a convolution of its own. */
export async function conditional(): Promise<Model> {
  const inputs = { ...images(8), deep: ['bool', []] } as const;
  const net = new ExportedNet({ opset: 14, inputs });
  const stem = net.module('stem', () => net.node('Relu', [conv(net, 'input', [3, CHANNELS], { kernel: 3 })]));
  const hidden = net.node('Identity', [stem]);
  const chosen = net.module('choose', () => net.node('If', ['deep']));
  const wide = net.module('wide', () => net.node('Relu', [conv(net, chosen, [CHANNELS, 32], { kernel: 3 })]));
  const inner = net.module('inner', () => net.node('Relu', [conv(net, wide, [32, 24], { kernel: 3 })]));
  const main = net.build({ output: poolAndClassify(net, inner, 24), hidden });
  const deep = branch('deep_result', (own) => {
    const narrow = own.node('Relu', [conv(own, 'hidden', [CHANNELS, 12], { kernel: 3 })]);
    return own.node('Relu', [conv(own, narrow, [12, CHANNELS], { kernel: 3 })]);
  });
  const shallow = branch('shallow_result', (own) => own.node('Relu', [conv(own, 'hidden', [CHANNELS, CHANNELS])]));
  return withBranches(main, { then_branch: deep, else_branch: shallow });
}

/** Puts the branches into the only If node; captured values stop being outputs of the model. */
async function withBranches(main: Model, branches: Readonly<Record<string, Model>>): Promise<Model> {
  const proto = onnx.ModelProto.decode(await modelBytes(main));
  const graph = present(proto.graph, 'graph');
  const node = present(
    graph.node?.find(({ opType }) => opType === 'If'),
    'If node',
  );
  const { GRAPH } = onnx.AttributeProto.AttributeType;
  node.attribute = [];
  for (const [name, model] of Object.entries(branches)) {
    node.attribute.push({ name, type: GRAPH, g: { ...(await graphOf(model)), name } });
  }
  graph.output = (graph.output ?? []).filter(({ name }) => name !== 'hidden');
  return readModel(Uint8Array.from(onnx.ModelProto.encode(proto).finish()));
}
