import type { Graph, Position, Value } from '@onnx-compress/graph';

/** The three outputs of DynamicQuantizeLinear. */
export interface QuantizedActivation {
  readonly values: string;
  readonly scale: string;
  readonly zeroPoint: string;
}

/** Quantizes activations while the model runs, each value once per scope however many layers read it. */
export class QuantizedActivations {
  readonly #known = new Map<Graph, Map<string, QuantizedActivation>>();

  /** The quantized form of `value` as seen from `graph`. */
  of(value: Value, graph: Graph): QuantizedActivation {
    const known = this.#known.get(graph) ?? new Map<string, QuantizedActivation>();
    this.#known.set(graph, known);
    const quantized = known.get(value.name) ?? quantize(value, graph);
    known.set(value.name, quantized);
    return quantized;
  }
}

function quantize(value: Value, graph: Graph): QuantizedActivation {
  const name = (part: string) => graph.uniqueName(`${value.name}_${part}`);
  const quantized = { values: name('uint8'), scale: name('uint8_scale'), zeroPoint: name('uint8_zero_point') };
  const outputs = [quantized.values, quantized.scale, quantized.zeroPoint];
  graph.addNode({ opType: 'DynamicQuantizeLinear', inputs: [value.name], outputs }, positionFor(value, graph));
  return quantized;
}

/** Right behind its producer, so that it precedes every reader. */
function positionFor(value: Value, graph: Graph): Position {
  return value.producer && value.graph === graph ? { after: value.producer } : 'start';
}
