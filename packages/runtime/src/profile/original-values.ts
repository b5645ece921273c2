import type { Model, Node, Value } from '@onnx-compress/graph';
import type { KernelTime } from './kernel-times.js';
import type { MarkedModel } from './marked-model.js';

/** What onnxruntime appends to a value to name the kernel that computes it in a blocked layout. */
const BLOCKED = /_nchwc(_token_\d+)?$/;

/** What onnxruntime puts before a value, and before the name of a Cast, where it computes float16 as float32. */
export const INSERTED_CAST = 'InsertedPrecisionFreeCast_';

/** Operators that a blocked convolution can run on its result, after a sum. */
const ACTIVATIONS: ReadonlySet<string> = new Set(['Relu', 'Sigmoid', 'Tanh', 'LeakyRelu', 'Clip', 'HardSigmoid']);

/** Finds the values of the original that kernels compute. */
export class OriginalValues {
  readonly #byName = new Map<string, Value[]>();

  constructor(
    original: Model,
    private readonly marked: MarkedModel,
  ) {
    for (const graph of original.walk()) {
      for (const value of graph.values()) {
        const values = this.#byName.get(value.name) ?? [];
        this.#byName.set(value.name, values);
        values.push(value);
      }
    }
  }

  /** @param node the node of the optimized graph that the kernel runs, where it is known */
  ofKernel({ name }: KernelTime, node: Node | undefined): readonly Value[] {
    const outputs = (node?.outputs ?? []).flatMap((output) => this.#inScopeOf(output, node) ?? []);
    if (!BLOCKED.test(name)) return outputs;
    const named = this.#inScopeOf(name.replace(BLOCKED, ''), node);
    return named === undefined ? outputs : [...outputs, withAbsorbed(named, node)];
  }

  /** The value of this name; of those in several scopes, the one in the scope that became that of the node. */
  #inScopeOf(name: string, node: Node | undefined): Value | undefined {
    const plain = name.startsWith(INSERTED_CAST) ? name.slice(INSERTED_CAST.length) : name;
    const values = this.#byName.get(name) ?? this.#byName.get(plain) ?? [];
    const owner = node?.graph.owner;
    const holder = owner && this.marked.original(owner.node.name);
    const isHome = ({ graph }: Value) => graph.owner?.node === holder && graph.owner?.attribute === owner?.attribute;
    return values.find(isHome) ?? values[0];
  }
}

/** A blocked Conv keeps its name when it takes in a sum, as its fourth input, and an activation of its value. */
function withAbsorbed(value: Value, node: Node | undefined): Value {
  if (node?.opType !== 'Conv') return value;
  const sum = node.input(3) === undefined ? undefined : resultOf(value, (opType) => opType === 'Add');
  const summed = sum ?? value;
  const isActivated = ACTIVATIONS.has(summed.producer?.opType ?? '');
  if (!node.hasAttribute('activation') || isActivated) return summed;
  return resultOf(summed, (opType) => ACTIVATIONS.has(opType)) ?? summed;
}

/** The output of the only node that reads a value, where its operator is one of those. */
function resultOf({ uses }: Value, isWanted: (opType: string) => boolean): Value | undefined {
  const [use] = uses;
  if (use?.kind !== 'input' || uses.length > 1 || !isWanted(use.node.opType)) return undefined;
  return use.node.output(0);
}
