import type { Model, Value } from '@onnx-compress/graph';
import { opsetsOf } from '../files/file-record.js';
import { type Port, portOf } from '../inspect/ports.js';

/** A property of the whole model that differs; null where one has none. */
export interface PropertyChange {
  /** `irVersion`, `opset ai.onnx`, `producerName`, `metadata key`, ... */
  readonly name: string;
  readonly before: string | number | null;
  readonly after: string | number | null;
}

/** Inputs or outputs by name: only in the second model, only in the first one, in both but of another type. */
export interface PortDifference {
  readonly added: readonly Port[];
  readonly removed: readonly Port[];
  readonly changed: readonly { readonly before: Port; readonly after: Port }[];
}

function propertiesOf(model: Model): ReadonlyMap<string, string | number> {
  const { producerName, producerVersion, domain, docString, metadataProps } = model.proto;
  const texts = { producerName, producerVersion, domain, docString };
  return new Map<string, string | number>([
    ['irVersion', model.irVersion],
    ...Object.entries(opsetsOf(model)).map(([name, version]) => [`opset ${name}`, version] as const),
    ...Object.entries(texts).filter(([, text]) => text !== ''),
    ...metadataProps.map(({ key, value }) => [`metadata ${key}`, value] as const),
  ]);
}

/** Compares versions, producer and metadata. */
export function diffProperties(before: Model, after: Model): readonly PropertyChange[] {
  const [first, second] = [propertiesOf(before), propertiesOf(after)];
  return [...new Set([...first.keys(), ...second.keys()])]
    .map((name) => ({ name, before: first.get(name) ?? null, after: second.get(name) ?? null }))
    .filter((change) => change.before !== change.after);
}

/** Compares inputs or outputs: names, types and shapes. */
export function diffPorts(before: readonly Value[], after: readonly Value[]): PortDifference {
  const named = (values: readonly Value[]) => new Map(values.map((value) => [value.name, portOf(value)]));
  const [first, second] = [named(before), named(after)];
  return {
    added: [...second.values()].filter(({ name }) => !first.has(name)),
    removed: [...first.values()].filter(({ name }) => !second.has(name)),
    changed: [...first.values()].flatMap((port) => {
      const other = second.get(port.name);
      return other === undefined || JSON.stringify(port) === JSON.stringify(other)
        ? []
        : [{ before: port, after: other }];
    }),
  };
}
