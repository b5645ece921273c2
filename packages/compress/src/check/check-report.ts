import type { BudgetRecord, Report } from '../report/report.js';

/** One figure of a model against the stored one. */
export interface BaselineRecord {
  readonly name: 'bytes' | 'cosine' | 'agreement';
  /** What the baseline file has. */
  readonly stored: number;
  /** What the tolerance makes of it. */
  readonly limit: number;
  /** Null where it could not be measured. */
  readonly actual: number | null;
  readonly ok: boolean;
}

/** Why a model failed, and what to do about it. */
export interface CheckFailure {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

/** One entry of the config. Paths are relative to the config's folder. */
export interface ModelCheck {
  readonly name: string;
  /** The model that is compressed, or the file that is only guarded. */
  readonly input: string;
  /** Null where a file is only guarded. */
  readonly output: string | null;
  /** `unchanged` is ok without work: nothing the model depends on has changed since it was built. */
  readonly status: 'ok' | 'unchanged' | 'failed';
  /** True where the figures are those of an earlier run. */
  readonly cached: boolean;
  /** Bytes of the output, or of the guarded file, with external data; null where there is none. */
  readonly fileBytes: number | null;
  readonly budgets: readonly BudgetRecord[];
  /** Empty where the baseline file does not have this model. */
  readonly baseline: readonly BaselineRecord[];
  /** Empty unless `failed`. */
  readonly failures: readonly CheckFailure[];
  /** Absent for a guarded file, and where the run broke off. */
  readonly report?: Report;
}

/** Every model of a config against its limits, as `compress check --json` prints it. */
export interface CheckReport {
  readonly schemaVersion: 1;
  /** The file that lists the models. */
  readonly config: string;
  /** The baseline file; null where there is none yet. */
  readonly baseline: string | null;
  readonly models: readonly ModelCheck[];
  /** Absent where every model is good. */
  readonly error?: CheckFailure;
}
