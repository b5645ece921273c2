import { type CheckReport, renderCheckMarkdown, renderJson } from 'onnx-compress/freshness';

/** What `compress check --report` can write, by the ending of the file. */
export const CHECK_RENDERERS: Readonly<Record<string, (report: CheckReport) => string>> = {
  '.md': renderCheckMarkdown,
  '.json': renderJson,
};
