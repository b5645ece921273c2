export type { BaselineRecord, CheckFailure, CheckReport, ModelCheck } from './check/check-report.js';
export { unchangedCheck } from './check/last-check.js';
export { renderCheck, renderCheckMarkdown } from './check/render-check.js';
export { renderJson } from './render/json.js';
