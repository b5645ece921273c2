import type { ByteSource } from '../source/byte-source.js';
import { contentOf, type MessageKind } from './message-kinds.js';
import { encodeVarint, varintLength } from './varint.js';
import { notProtobuf, Window } from './window.js';

/** One change to a protobuf file: tensor bytes that get another length, or a length prefix that follows from it. */
export type Edit =
  | { readonly kind: 'prefix'; readonly offset: number; readonly length: number; readonly bytes: Uint8Array }
  | { readonly kind: 'raw-data'; readonly offset: number; readonly length: number };

/** Gives a tensor's bytes at this offset another length, or undefined to keep them. */
type NewLength = (offset: number, length: number) => number | undefined;

interface OpenMessage {
  readonly kind: MessageKind;
  readonly prefixOffset: number;
  readonly start: number;
  readonly end: number;
  readonly firstEdit: number;
  growth: number;
}

/**
 * Walks the wire format of a model down to every TensorProto.raw_data, asks for the length it should have instead,
 * and returns the edits, in file order, that keep all enclosing length prefixes right. Tensor bytes are never read.
 *
 * @param newLength new byte count of the raw_data at this offset, or undefined to keep it
 * @throws GraphError MODEL_MALFORMED when the bytes are not protobuf or end too early
 */
export async function planEdits(source: ByteSource, newLength: NewLength): Promise<readonly Edit[]> {
  const model: OpenMessage = { kind: 'model', prefixOffset: 0, start: 0, end: source.size, firstEdit: 0, growth: 0 };
  const walk: Walk = { source, window: new Window(source), open: [model], edits: [] };
  while (!readLoaded(walk, newLength)) await walk.window.load();
  return walk.edits.sort((a, b) => a.offset - b.offset);
}

/** Where a walk is. */
interface Walk {
  readonly source: ByteSource;
  readonly window: Window;
  /** Messages around the position, the outermost first. */
  readonly open: OpenMessage[];
  readonly edits: Edit[];
}

/**
 * Goes on as far as the window was loaded; true at the end of the file. V8 never optimises the loop of a running async
 * function, so none of this is in one.
 */
function readLoaded({ source, window, open, edits }: Walk, newLength: NewLength): boolean {
  for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
    if (window.position === top.end) {
      open.pop();
      closeMessage(top, open.at(-1), edits);
      continue;
    }
    if (!window.ready) return false;
    const field = readField(source, window, top);
    if (field === undefined) continue;
    if (field.content !== 'raw-data') {
      open.push({ ...field, kind: field.content, firstEdit: edits.length, growth: 0 });
      window.position = field.start;
      continue;
    }
    const length = newLength(field.start, field.end - field.start);
    if (length !== undefined) addPayloadEdit(field, length, top, edits);
  }
  return true;
}

interface Field {
  readonly content: MessageKind | 'raw-data';
  readonly prefixOffset: number;
  readonly start: number;
  readonly end: number;
}

/** Reads one field and moves behind it; returns it when it leads to tensor bytes. */
function readField(source: ByteSource, window: Window, top: OpenMessage): Field | undefined {
  const tag = window.varint();
  const number = Math.floor(tag / 8);
  const prefixOffset = window.position;
  const end = fieldEnd(source, window, tag % 8);
  const start = window.position;
  if (number === 0 || end > top.end) throw notProtobuf(source, prefixOffset);
  window.position = end;
  const content = tag % 8 === 2 ? contentOf(top.kind, number) : undefined;
  return content === undefined ? undefined : { content, prefixOffset, start, end };
}

/** Moves behind the length prefix, if there is one, and returns where the field ends. */
function fieldEnd(source: ByteSource, window: Window, wireType: number): number {
  switch (wireType) {
    case 0:
      window.varint();
      return window.position;
    case 1:
      return window.position + 8;
    case 2: {
      const length = window.varint();
      return window.position + length;
    }
    case 5:
      return window.position + 4;
    default:
      throw notProtobuf(source, window.position);
  }
}

function addPayloadEdit(field: Field, length: number, parent: OpenMessage, edits: Edit[]): void {
  const oldLength = field.end - field.start;
  edits.push(prefixEdit(field, length), { kind: 'raw-data', offset: field.start, length: oldLength });
  parent.growth += length - oldLength + varintLength(length) - (field.start - field.prefixOffset);
}

function closeMessage(message: OpenMessage, parent: OpenMessage | undefined, edits: Edit[]): void {
  if (parent === undefined || edits.length === message.firstEdit) return;
  const length = message.end - message.start + message.growth;
  edits.push(prefixEdit(message, length));
  parent.growth += message.growth + varintLength(length) - (message.start - message.prefixOffset);
}

function prefixEdit(field: { readonly prefixOffset: number; readonly start: number }, length: number): Edit {
  const bytes = encodeVarint(length);
  return { kind: 'prefix', offset: field.prefixOffset, length: field.start - field.prefixOffset, bytes };
}
