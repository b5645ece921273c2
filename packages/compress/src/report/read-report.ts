import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { z } from 'zod';
import type { MeasureReport } from '../measure/measure-report.js';
import { noReport, reportIsNoJson, reportNotFound } from './messages.js';
import type { Report } from './report.js';

/** A report as it was stored, with what it reports on. */
export type StoredReport =
  | { readonly kind: 'run'; readonly report: Report }
  | { readonly kind: 'measurement'; readonly report: MeasureReport };

/** Keys that are not known are let through, so that reports of later versions can be read. */
const opened = (text: string) =>
  JSON.parse(text, (key, value) => (key === 'additionalProperties' && value === false ? undefined : value));

/** Checks against a published JSON Schema of this package. */
async function schema<Document>(name: string): Promise<z.ZodType<Document>> {
  const path = createRequire(import.meta.url).resolve(`onnx-compress/${name}.schema.json`);
  const published = z.fromJSONSchema(opened(await readFile(path, 'utf8')));
  return z.custom<Document>().superRefine((value, context) => {
    const { error } = published.safeParse(value);
    for (const { path: place, message } of error?.issues ?? [])
      context.addIssue({ code: 'custom', path: place, message });
  });
}

function problemIn({ issues: [first] }: z.ZodError): string {
  const place = first?.path.join('.') ?? '';
  return `${place === '' ? '' : `${place}: `}${first?.message ?? 'it is not an object'}`;
}

async function checked<Document>(value: unknown, name: string, path: string): Promise<Document> {
  const result = (await schema<Document>(name)).safeParse(value);
  if (!result.success) throw noReport(path, problemIn(result.error));
  return result.data;
}

function parsed(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw reportIsNoJson(path, error instanceof Error ? error.message : String(error));
  }
}

/** Only measurements have cases. */
const isMeasurement = (value: unknown) => typeof value === 'object' && value !== null && 'cases' in value;

/**
 * Reads a report that `--json` printed or `--report FILE.json` wrote, of a run or of a measurement.
 *
 * @throws UsageError when the file is missing, is no JSON, or does not follow the published schema
 * @example
 * const stored = await readReport('report.json');
 * if (stored.kind === 'run') await writeFile('report.html', renderHtml(stored.report));
 */
export async function readReport(path: string): Promise<StoredReport> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw reportNotFound(path, error);
  });
  const value = parsed(text, path);
  return isMeasurement(value)
    ? { kind: 'measurement', report: await checked<MeasureReport>(value, 'measure', path) }
    : { kind: 'run', report: await checked<Report>(value, 'report', path) };
}
