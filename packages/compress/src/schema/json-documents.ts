import type { CheckReport } from '../check/check-report.js';
import type { ModelDiff } from '../diff/diff-models.js';
import type { Inspection } from '../inspect/inspect-model.js';
import type { PrunableInspection } from '../inspect/prunable.js';
import type { QuantInspection } from '../inspect/quantizable.js';
import type { ListedTechnique } from '../list/list-techniques.js';
import type { MeasureReport } from '../measure/measure-report.js';
import type { RemovalPlan } from '../plan/removal-plan.js';
import type { Report } from '../report/report.js';
import type { Sidecar } from '../sidecar/sidecar.js';
import type { VerifyResult } from '../verify/verify-files.js';

/** What went wrong, for a program. */
export interface ErrorObject {
  /** Stable name of the error; `BUG` for what is not expected. */
  readonly code: string;
  /** One line for a person. */
  readonly message: string;
  /** What to do next. */
  readonly hint?: string;
  /** Label of the node concerned. */
  readonly node?: string;
}

/** A command that ended without a result. */
export interface ErrorDocument {
  readonly schemaVersion: 1;
  readonly error: ErrorObject;
}

/** The report of a run; where its result was rejected, together with the reason. */
export interface ReportDocument extends Report {
  readonly error?: ErrorObject;
}

/** The techniques of this version. */
export interface TechniqueList {
  readonly schemaVersion: 1;
  readonly techniques: readonly ListedTechnique[];
}

/**
 * Every document that `--json` prints. The JSON Schemas that the package publishes, one file for each of these keys,
 * are generated from the types below; none of them is written by hand.
 */
export interface JsonDocuments {
  /** Output of `compress <model> --json` and content of `--report FILE.json`. */
  readonly report: ReportDocument;
  /** Output of `compress inspect <model> --json`. */
  readonly inspect: Inspection;
  /** Output of `compress inspect <model> --prunable --json`. */
  readonly prunable: PrunableInspection;
  /** Output of `compress inspect <model> --quant SPEC --json`. */
  readonly quantizable: QuantInspection;
  /** Output of `compress diff <before> <after> --json`. */
  readonly diff: ModelDiff;
  /** Output of `compress verify <reference> <candidate> --json`. */
  readonly verify: VerifyResult;
  /** Output of `compress measure <model> [--against <other>] --json`. */
  readonly measure: MeasureReport;
  /** Output of `compress check --json`. */
  readonly check: CheckReport;
  /** Output of `compress list [family] --json`. */
  readonly list: TechniqueList;
  /** Content of `--plan FILE`. */
  readonly plan: RemovalPlan;
  /** Content of `--sidecar FILE`. */
  readonly sidecar: Sidecar;
  /** Output of every command with `--json` that ends without a result. */
  readonly error: ErrorDocument;
}
