import type { Model } from '@onnx-compress/graph';
import { inferTypes } from './halved.js';

/**
 * Puts an Identity behind everything that is computed in float16, which onnxruntime's CPU kernels take as it is. Without
 * it, onnxruntime computes chains of nodes in float32 and rounds nothing between them; without optimization, every value
 * is then rounded as on a machine that computes in float16.
 */
export async function roundedEverywhere(original: Model): Promise<Model> {
  const model = original.clone();
  const types = await inferTypes(model);
  for (const graph of model.walk()) {
    for (const node of [...graph.nodes]) {
      if (node.constant) continue;
      for (const [index, name] of node.outputs.entries()) {
        const value = node.output(index);
        if (value === undefined || types.get(value)?.dataType !== 'float16') continue;
        const exact = graph.uniqueName(`${name}_exact`);
        node.setOutput(index, exact);
        graph.addNode({ opType: 'Identity', inputs: [exact], outputs: [name] }, { after: node });
      }
    }
  }
  return model;
}
