// Rows of the accuracy table in a file, one JSON object a line, so that an interrupted run goes on where it was.
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** What a row is a result of. Rows of the uncompressed model have a model alone. */
const keyOf = ({ model, amount, variant, draw, part }) =>
  JSON.stringify([model, amount, variant, draw, part].map((value) => value ?? null));

const parsed = (line) => {
  try {
    return [JSON.parse(line)];
  } catch {
    return [];
  }
};

/** Finished rows by key; rows that failed, and a line that was cut off, count as not there. */
export class AccuracyRows {
  #rows = new Map();

  constructor(path) {
    this.path = path;
    mkdirSync(dirname(path), { recursive: true });
    const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
    for (const row of lines.flatMap(parsed)) this.#rows.set(keyOf(row), row);
  }

  /** The finished row with the key of this one. */
  find(like) {
    const row = this.#rows.get(keyOf(like));
    return row?.error === undefined ? row : undefined;
  }

  append(row) {
    this.#rows.set(keyOf(row), row);
    appendFileSync(this.path, `\n${JSON.stringify(row)}`);
  }

  all() {
    return [...this.#rows.values()];
  }
}
