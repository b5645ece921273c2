import type { Model, Node, Value, Weight } from '@onnx-compress/graph';
import { weightBehind } from '@onnx-compress/graph';
import { type LinearLayer, layerOutput, linearLayer } from '@onnx-compress/recovery';

/** What computes channels in such a way that each can be multiplied by a factor. */
type ChannelSource =
  | { readonly kind: 'layer'; readonly layer: LinearLayer }
  /** A normalization: constants with one number for each channel, all of which take the factor. */
  | { readonly kind: 'constants'; readonly node: Node; readonly constants: readonly Weight[] };

/** Channels that can be scaled where they are computed if the layers that read them are scaled back. */
export interface ScalableChannels {
  readonly source: ChannelSource;
  readonly channels: number;
  readonly consumers: readonly LinearLayer[];
  /** The value that the first consumer reads. */
  readonly read: Value;
}

/** Operators of which f(a x) = a f(x) for positive a, channel by channel. */
const HOMOGENEOUS: ReadonlySet<string> = new Set([
  'AveragePool',
  'Dropout',
  'GlobalAveragePool',
  'GlobalMaxPool',
  'Identity',
  'LeakyRelu',
  'MaxPool',
  'Relu',
]);

/** Where channels lie: on axis 1, or on the last one. */
type Place = 'second' | 'last';

const placeOf = ({ opType }: Node): Place =>
  opType === 'MatMul' || opType === 'LayerNormalization' ? 'last' : 'second';

const isOwn = ({ value }: Weight) => value.uses.length === 1;

function consumer(node: Node, place: Place, channels: number): LinearLayer | undefined {
  const layer = linearLayer(node);
  if (layer === undefined || !isOwn(layer.weight)) return undefined;
  const fits = node.opType === 'Gemm' || placeOf(node) === place;
  return fits && (layer.inputs * layer.contraction.groups) % channels === 0 ? layer : undefined;
}

/** The layers that read a value, all of them, through operators that a factor passes; undefined where something else does. */
function consumersOf(value: Value, place: Place, channels: number): readonly LinearLayer[] | undefined {
  const found: LinearLayer[] = [];
  for (const use of value.uses) {
    if (use.kind === 'output' || use.index !== 0 || use.node.graph !== value.graph || use.node.domain !== '')
      return undefined;
    const passes = HOMOGENEOUS.has(use.node.opType) || (use.node.opType === 'Flatten' && use.node.int('axis', 1) === 1);
    const output = passes ? use.node.output(0) : undefined;
    const layer = output === undefined ? consumer(use.node, place, channels) : undefined;
    const behind = output === undefined ? layer && [layer] : consumersOf(output, place, channels);
    if (behind === undefined) return undefined;
    found.push(...behind);
  }
  return found.length > 0 ? found : undefined;
}

async function behindLayer(node: Node): Promise<ScalableChannels | undefined> {
  const layer = linearLayer(node);
  if (layer === undefined || !isOwn(layer.weight)) return undefined;
  const output = await layerOutput(node, layer.outputs);
  return output && scalable({ kind: 'layer', layer }, output, placeOf(node), layer.outputs);
}

function behindNormalization(node: Node): ScalableChannels | undefined {
  const output = node.output(0);
  const constants = [1, 2].flatMap((input) => weightBehind(node.input(input)) ?? []);
  const channels = constants[0]?.tensor.dims.at(-1);
  const isVector = ({ tensor }: Weight) => tensor.dims.length === 1 && tensor.dims[0] === channels;
  const present = node.inputs.slice(1).filter((name) => name !== '').length;
  if (output === undefined || channels === undefined || constants.length !== present) return undefined;
  if (!constants.every((constant) => isOwn(constant) && isVector(constant))) return undefined;
  return scalable({ kind: 'constants', node, constants }, output, 'last', channels);
}

function scalable(source: ChannelSource, output: Value, place: Place, channels: number): ScalableChannels | undefined {
  const consumers = consumersOf(output, place, channels);
  const read = consumers?.[0]?.data;
  return consumers === undefined || read === undefined ? undefined : { source, channels, consumers, read };
}

/** Says of the label of a node whether it may be changed. */
export type IsTaken = (label: string) => boolean;

/** All channels of the main graph between nodes that may be changed, in graph order. */
export async function scalableChannels(model: Model, isTaken: IsTaken): Promise<readonly ScalableChannels[]> {
  const found: ScalableChannels[] = [];
  for (const node of model.graph.nodes) {
    const channels =
      node.opType === 'LayerNormalization' && node.domain === '' ? behindNormalization(node) : await behindLayer(node);
    const consumers = channels?.consumers ?? [];
    const taken = isTaken(node.label) && consumers.every((layer) => isTaken(layer.node.label));
    if (channels !== undefined && taken) found.push(channels);
  }
  return found;
}
