import type { Step, StepResult } from '@onnx-compress/core';
import { type ByteSource, type Model, modelBytes } from '@onnx-compress/graph';
import { writeModel } from '@onnx-compress/graph/node';
import { type ApplyOptions, applyStep } from './apply-step.js';
import { translated } from './failures.js';
import { fileRecord } from './files/file-record.js';
import type { FileRecord } from './report/report.js';

/** The bytes that hold exactly this model: where onnxruntime finds them, then the file and its external data. */
export interface Origin {
  readonly location: { readonly path: string } | { readonly bytes: Uint8Array };
  readonly files: readonly [main: ByteSource, ...external: ByteSource[]];
}

/**
 * A model in hand: read it once, apply steps, compress it, write it. Its weights stay in the file they came from, so
 * that file must stay until `close`.
 *
 * @example
 * const model = await readModel('model.onnx');
 * await model.apply(prune('l1', { ratio: 0.4 }));
 * await model.write('model.pruned.onnx');
 * await model.close();
 */
export class CompressModel {
  /** The model as it was read, which holds the files open that all edited copies read from. */
  readonly #root: Model;
  #content: Model;
  #origin: Origin | undefined;

  /** @internal */
  constructor(root: Model, content: Model, origin: Origin | undefined) {
    this.#root = root;
    this.#content = content;
    this.#origin = origin;
  }

  /** The graph behind the handle, to look at; `apply` replaces it. */
  get content(): Model {
    return this.#content;
  }

  /** The bytes that hold exactly this model; undefined once a step was applied. */
  get origin(): Origin | undefined {
    return this.#origin;
  }

  /**
   * Applies one step by itself, without cleanup and without verification. A step that fails leaves the model as it was.
   *
   * @returns what the step changed and skipped
   * @throws CompressError
   */
  async apply(step: Step, options: ApplyOptions = {}): Promise<StepResult> {
    const { model, result } = await applyStep(this.#content, step, options);
    this.#content = model;
    this.#origin = undefined;
    return result;
  }

  /**
   * Writes the model atomically; weights are streamed. External data go to `<path>.data`.
   *
   * @throws CompressError when it cannot be written
   */
  write(path: string, options: { readonly signal?: AbortSignal } = {}): Promise<FileRecord> {
    return translated(async () => {
      const { external, fileBytes, sha256 } = await writeModel(this.#content, path, options.signal);
      return fileRecord({ path, fileBytes, sha256 }, external);
    }, options.signal);
  }

  /** The whole model as one file in memory. @throws CompressError when a weight cannot be read */
  toBytes(): Promise<Uint8Array> {
    return translated(() => modelBytes(this.#content));
  }

  /** Lets go of the files behind the weights, which results of `compress` read from as well. */
  close(): Promise<void> {
    return this.#root.close();
  }

  /** @internal A model that reads its weights through this one, and is closed with it. */
  derive(content: Model, origin: Origin | undefined): CompressModel {
    return new CompressModel(this.#root, content, origin);
  }
}

/** Bytes of the file that an unedited model was read from, and of its external data; 0 for an edited one. */
export function storedBytes({ origin }: CompressModel): number {
  return origin?.files.reduce((sum, file) => sum + file.size, 0) ?? 0;
}
