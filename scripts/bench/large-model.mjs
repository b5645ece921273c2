// The layout of the 340 MB benchmark model: 12 layers of 4 MatMul 768x768, one 768x3072 and one 3072x768.
import { encode, model, node, TYPES, value } from '../fixtures/parts.mjs';

const LAYERS = 12;
const WIDTH = 768;
const INNER = 3072;

/** The weight matrices in file order: 85 M parameters. */
const matrices = Array.from({ length: LAYERS }, (_, layer) => [
  ...['query', 'key', 'value', 'output'].map((name) => ({
    name: `layer${layer}.${name}`,
    rows: WIDTH,
    columns: WIDTH,
  })),
  { name: `layer${layer}.expand`, rows: WIDTH, columns: INNER },
  { name: `layer${layer}.reduce`, rows: INNER, columns: WIDTH },
]).flat();

const varint = (number) => {
  const bytes = [];
  let rest = number;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return [...bytes, rest];
};

const opening = (field, length) => [...varint(field * 8 + 2), ...varint(length)];

/** Bytes of the TensorProto of a matrix up to its values, and how many bytes of values follow. */
function initializer({ name, rows, columns }) {
  const valueBytes = rows * columns * 4;
  const text = new TextEncoder().encode(name);
  const dims = [8, ...varint(rows), 8, ...varint(columns)];
  const body = [...dims, ...[16, TYPES.float32], ...opening(8, text.length), ...text, ...opening(9, valueBytes)];
  return { head: Uint8Array.from([...opening(5, body.length + valueBytes), ...body]), valueBytes };
}

function layerNodes(layer) {
  const input = layer === 0 ? 'x' : `layer${layer - 1}.sum`;
  const multiply = (name, from) =>
    node('MatMul', `layer${layer}.${name}_matmul`, [from, `layer${layer}.${name}`], [`layer${layer}.${name}_out`]);
  const out = (name) => `layer${layer}.${name}_out`;
  return [
    multiply('query', input),
    multiply('key', out('query')),
    multiply('value', out('key')),
    multiply('output', out('value')),
    multiply('expand', out('output')),
    node('Relu', `layer${layer}.relu`, [out('expand')], [`layer${layer}.active`]),
    multiply('reduce', `layer${layer}.active`),
    node('Add', `layer${layer}.add`, [input, out('reduce')], [`layer${layer}.sum`]),
  ];
}

/** The field of a ModelProto encoding that holds the graph, without its tag and length. */
function graphFields(graph) {
  const bytes = encode({ graph });
  let start = 1;
  while (bytes[start] > 127) start++;
  return bytes.subarray(start + 1);
}

/** The file as a sequence of small byte arrays and weight matrices, in order. */
export function* fileParts() {
  const { graph: _, opsetImport, ...head } = model(undefined);
  const nodes = graphFields({
    node: Array.from({ length: LAYERS }, (_, layer) => layerNodes(layer)).flat(),
    name: 'large_model',
  });
  const ends = graphFields({
    input: [value('x', TYPES.float32, ['rows', WIDTH])],
    output: [value(`layer${LAYERS - 1}.sum`, TYPES.float32, ['rows', WIDTH])],
  });
  const weights = matrices.map((matrix) => ({ matrix, ...initializer(matrix) }));
  const weightBytes = weights.reduce((sum, { head, valueBytes }) => sum + head.length + valueBytes, 0);
  yield { bytes: encode(head) };
  yield { bytes: Uint8Array.from(opening(7, nodes.length + weightBytes + ends.length)) };
  yield { bytes: nodes };
  for (const { matrix, head } of weights) yield* [{ bytes: head }, { matrix }];
  yield { bytes: ends };
  yield { bytes: encode({ opsetImport }) };
}
