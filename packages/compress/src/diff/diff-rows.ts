import { type Port, portText } from '../inspect/ports.js';
import type { ModelDiff } from './diff-models.js';
import type { NodeDifference } from './nodes.js';
import type { PortDifference, PropertyChange } from './properties.js';
import type { WeightChange, WeightDifference, WeightRename, WeightShape } from './weights.js';

/** One line of a difference: added, removed or changed, what kind of thing, its name, and what about it. */
export interface DiffRow {
  readonly sign: '+' | '-' | '~';
  readonly noun: 'node' | 'weight' | 'input' | 'output' | 'property';
  readonly name: string;
  readonly detail: string;
}

const shapeText = ({ dataType, dims }: WeightShape) => `${dataType}[${dims.join(', ')}]`;

function shapesText(before: WeightShape, after: WeightShape): string {
  const [from, to] = [shapeText(before), shapeText(after)];
  return from === to ? `${from}, other values` : `${from} -> ${to}`;
}

const renamedText = (differs: readonly string[]) => ['renamed', ...differs].join(', ');

function nodeRows({ added, removed, changed, renamed }: NodeDifference): readonly DiffRow[] {
  return [
    ...removed.map(({ node, opType }): DiffRow => ({ sign: '-', noun: 'node', name: node, detail: opType })),
    ...added.map(({ node, opType }): DiffRow => ({ sign: '+', noun: 'node', name: node, detail: opType })),
    ...changed.map(
      ({ node, differs }): DiffRow => ({ sign: '~', noun: 'node', name: node, detail: differs.join(', ') }),
    ),
    ...renamed.map(
      ({ before, after, differs }): DiffRow => ({
        sign: '~',
        noun: 'node',
        name: `${before} -> ${after}`,
        detail: renamedText(differs),
      }),
    ),
  ];
}

/** ` + scale[64]`; sizes of one tell nothing. */
function scaleText({ dims }: WeightShape): string {
  const sizes = dims.filter((size) => size !== 1);
  return ` + scale${sizes.length === 0 ? '' : `[${sizes.join(', ')}]`}`;
}

const changedWeight = ({ name, before, after, quantized }: WeightChange): DiffRow => ({
  sign: '~',
  noun: 'weight',
  name,
  detail: `${shapesText(before, after)}${quantized === undefined ? '' : scaleText(quantized.scale)}`,
});

const renamedWeight = ({ before, after, from, to, sameValues }: WeightRename): DiffRow => ({
  sign: '~',
  noun: 'weight',
  name: `${before} -> ${after}`,
  detail: sameValues ? 'renamed, same values' : `renamed, ${shapesText(from, to)}`,
});

function weightRows({ added, removed, changed, renamed }: WeightDifference): readonly DiffRow[] {
  return [
    ...removed.map((weight): DiffRow => ({ sign: '-', noun: 'weight', name: weight.name, detail: shapeText(weight) })),
    ...added.map((weight): DiffRow => ({ sign: '+', noun: 'weight', name: weight.name, detail: shapeText(weight) })),
    ...changed.map(changedWeight),
    ...renamed.map(renamedWeight),
  ];
}

const typeText = (port: Port) => portText({ ...port, name: '' }).slice(2);

function portRows(noun: 'input' | 'output', { added, removed, changed }: PortDifference): readonly DiffRow[] {
  return [
    ...removed.map((port): DiffRow => ({ sign: '-', noun, name: port.name, detail: typeText(port) })),
    ...added.map((port): DiffRow => ({ sign: '+', noun, name: port.name, detail: typeText(port) })),
    ...changed.map(
      ({ before, after }): DiffRow => ({
        sign: '~',
        noun,
        name: before.name,
        detail: `${typeText(before)} -> ${typeText(after)}`,
      }),
    ),
  ];
}

const propertyRow = ({ name, before, after }: PropertyChange): DiffRow => ({
  sign: '~',
  noun: 'property',
  name,
  detail: `${before ?? 'none'} -> ${after ?? 'none'}`,
});

/** Everything that differs, the interface of the model first. */
export function diffRows({ nodes, weights, inputs, outputs, properties }: ModelDiff): readonly DiffRow[] {
  return [
    ...portRows('input', inputs),
    ...portRows('output', outputs),
    ...properties.map(propertyRow),
    ...nodeRows(nodes),
    ...weightRows(weights),
  ];
}

/** How long the names that a group shows may get together. */
const NAMES_LENGTH = 60;

/** The first names, as many as fit, at least one. */
function someNames(names: readonly string[]): string {
  const shown: string[] = [];
  for (const name of names) {
    if (shown.length > 0 && [...shown, name].join(', ').length > NAMES_LENGTH) return [...shown, '...'].join(', ');
    shown.push(name);
  }
  return shown.join(', ');
}

const plural = (noun: DiffRow['noun']) => (noun === 'property' ? 'properties' : `${noun}s`);

/** Rows of one sign, noun and detail as one row: `- 12 nodes   Identity   a, b, ...`. */
export function groupRows(rows: readonly DiffRow[]): readonly (readonly string[])[] {
  const groups = new Map<string, [DiffRow, ...DiffRow[]]>();
  for (const row of rows) {
    const key = [row.sign, row.noun, row.detail].join('\n');
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return [...groups.values()].map((group) => {
    const [{ sign, noun, detail }] = group;
    const what = group.length === 1 ? noun : `${group.length} ${plural(noun)}`;
    return [`  ${sign} ${what}`, detail, someNames(group.map(({ name }) => name))];
  });
}

/** One row by itself: `~ node   relu   inputs`. */
export const rowCells = ({ sign, noun, name, detail }: DiffRow): readonly string[] => [
  `  ${sign} ${noun}`,
  name,
  detail,
];
