import type { Model, Node, Use } from '@onnx-compress/graph';
import { fusedLayers, type LayerFusion } from '../placement/regions/fused-layers.js';

/** Nodes behind the integer product of a layer, at most: Cast, Mul, Add. The last one bears the name of the layer. */
const BEHIND_PRODUCT = 3;

/** The layer that an integer product is part of. */
function layerBehind(product: Node, layers: ReadonlySet<string>): string | undefined {
  let node: Node | undefined = product;
  for (let step = 0; node !== undefined && step <= BEHIND_PRODUCT; step++) {
    if (layers.has(node.label)) return node.label;
    const uses: readonly Use[] = node.output(0)?.uses ?? [];
    const [use, ...others] = uses;
    node = use?.kind === 'input' && others.length === 0 ? use.node : undefined;
  }
  return undefined;
}

/**
 * Tells which layers of a quantized model onnxruntime computes on integers, by the names that they had in the original.
 *
 * @param layers labels of the nodes that were quantized; others are left out
 * @param written the model as it was written
 * @param optimized what onnxruntime made of it (`optimizedModelFilePath`)
 * @example layerFusion(new Set(['conv1']), written, optimized).unfused // []
 */
export function layerFusion(layers: ReadonlySet<string>, written: Model, optimized: Model): LayerFusion {
  const { fused, unfused } = fusedLayers(written, optimized);
  const nodes = new Map(Array.from(written.nodes(), (node) => [node.label, node]));
  const layersOf = (labels: readonly string[]) => {
    const found = labels.flatMap((label) => {
      const node = nodes.get(label);
      return (node && layerBehind(node, layers)) ?? [];
    });
    return [...new Set(found)];
  };
  return { fused: layersOf(fused), unfused: layersOf(unfused) };
}
