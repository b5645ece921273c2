import type { Value } from '@onnx-compress/graph';

/** Operators whose output holds nothing but numbers of their inputs; of those with several, only the first is moved. */
const MOVES_FIRST = new Set([
  ...['Dropout', 'Flatten', 'Gather', 'Identity', 'MaxPool', 'Reshape', 'Slice', 'Squeeze', 'Transpose', 'Unsqueeze'],
]);

function movedFrom({ producer }: Value): readonly Value[] {
  if (producer === undefined || producer.domain !== '') return [];
  const count = producer.opType === 'Concat' ? producer.inputs.length : MOVES_FIRST.has(producer.opType) ? 1 : 0;
  return Array.from({ length: count }, (_, index) => producer.input(index)).filter((input) => input !== undefined);
}

/** The values of a class without those that hold only what others of it hold; each distribution is counted once. */
export function sourcesOf(values: readonly Value[]): readonly Value[] {
  const members = new Set(values);
  return values.filter((value) => {
    const origins = movedFrom(value);
    return origins.length === 0 || !origins.every((origin) => members.has(origin));
  });
}
