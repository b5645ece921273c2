import { open, readdir, readFile, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { isImageFile } from './images/image-files.js';
import type { InputSpec } from './input-spec.js';
import { badNpz, cannotRead, emptyFolder, unknownFileKind } from './messages.js';
import { type NpyBytes, openNpy, type RowArray } from './row-array.js';

const ARRAYS: ReadonlySet<string> = new Set(['.npy', '.npz', '.pb']);

const isSampleFile = (path: string) => ARRAYS.has(extname(path)) || isImageFile(path);

/**
 * The sample files behind the paths of `--calib`: files as they are, folders with all they hold, sorted by name.
 * `output_*.pb` files of test data sets are expected results and left out.
 *
 * @throws UsageError for a path that does not exist, a file of another kind, a folder without samples
 */
export async function listSampleFiles(paths: readonly string[], inputs: readonly InputSpec[]): Promise<string[]> {
  const files: string[] = [];
  for (const path of paths) {
    if (await isFolder(path)) files.push(...(await filesOfFolder(path, inputs)));
    else if (isSampleFile(path)) files.push(path);
    else throw unknownFileKind(path);
  }
  return files;
}

async function filesOfFolder(folder: string, inputs: readonly InputSpec[]): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, encoding: 'utf8' });
  const samples = entries.filter((file) => isSampleFile(file) && !/^output_\d+\.pb$/.test(basename(file)));
  if (samples.length === 0) throw emptyFolder(folder, inputs);
  return inNaturalOrder(samples).map((file) => join(folder, file));
}

/** `sample_2` before `sample_10`, the same in every locale. */
function inNaturalOrder(names: readonly string[]): string[] {
  const { compare } = new Intl.Collator('en', { numeric: true });
  return [...names].sort((a, b) => compare(a, b) || (a < b ? -1 : Number(a > b)));
}

/** The name that a file gives to its array: what stands before the first dot. */
function nameOfFile(path: string): string {
  const [name = ''] = basename(path).split('.');
  return name;
}

/** Opens a .npy file; each read opens and closes it again, so that thousands of files need no open handles. */
export async function openNpyFile(path: string, inputs: readonly InputSpec[]): Promise<RowArray> {
  const exact = basename(path, extname(path));
  const name = inputs.some((input) => input.name === exact) ? exact : nameOfFile(path);
  return openNpy(await fileBytes(path), name, path);
}

type Members = Readonly<Record<string, Uint8Array>>;

/** Reads arrays out of .npz archives; only the archives used last stay unpacked in memory. */
export class ArchiveReader {
  readonly #unpacked = new Map<string, Promise<Members>>();

  /** @param capacity how many archives may be in memory at once: one per input, so that inputs can have one each */
  constructor(private readonly capacity: number) {}

  /** The arrays of an archive, sorted by key; it is unpacked again when rows are asked for after it was dropped. */
  async open(path: string): Promise<RowArray[]> {
    const members = Object.keys(await this.#load(path)).filter((member) => member.endsWith('.npy'));
    if (members.length === 0) throw badNpz(path, 'it holds no array');
    return Promise.all(inNaturalOrder(members).map((member) => this.#openMember(path, member)));
  }

  async #openMember(path: string, member: string): Promise<RowArray> {
    const key = member.slice(0, -'.npy'.length);
    const bytesOf = async () => (await this.#load(path))[member] ?? new Uint8Array();
    const { length } = await bytesOf();
    const read = async (offset: number, count: number) => (await bytesOf()).slice(offset, offset + count);
    return openNpy({ size: length, read }, key, `${path}[${key}]`);
  }

  #load(path: string): Promise<Members> {
    const members = this.#unpacked.get(path) ?? unpack(path);
    this.#unpacked.delete(path);
    this.#unpacked.set(path, members);
    const [oldest] = this.#unpacked.keys();
    if (this.#unpacked.size > this.capacity && oldest !== undefined) this.#unpacked.delete(oldest);
    return members;
  }
}

async function unpack(path: string): Promise<Members> {
  const [packed, { unzipSync }] = await Promise.all([readWhole(path), import('fflate')]);
  try {
    return unzipSync(packed);
  } catch (error) {
    throw badNpz(path, error instanceof Error ? error.message : String(error));
  }
}

/** The whole content of a sample file. */
export async function readWhole(path: string): Promise<Uint8Array> {
  return readFile(path).catch((error: unknown) => {
    throw cannotRead(path, error);
  });
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch((error: unknown) => {
    throw cannotRead(path, error);
  });
  return found.isDirectory();
}

async function fileBytes(path: string): Promise<NpyBytes> {
  const { size } = await stat(path).catch((error: unknown) => {
    throw cannotRead(path, error);
  });
  return { size, read: (offset, length) => readRange(path, offset, length) };
}

async function readRange(path: string, offset: number, length: number): Promise<Uint8Array> {
  const file = await open(path).catch((error: unknown) => {
    throw cannotRead(path, error);
  });
  try {
    const bytes = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      const { bytesRead } = await file.read(bytes, filled, length - filled, offset + filled);
      if (bytesRead === 0) throw cannotRead(path, 'it became shorter while it was read');
      filled += bytesRead;
    }
    return bytes;
  } finally {
    await file.close();
  }
}
