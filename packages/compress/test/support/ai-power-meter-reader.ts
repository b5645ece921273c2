import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A series of one figure: seconds since 1970 and values. */
type Curve = readonly { readonly date: number; readonly value: number }[];

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function asRecord(value: unknown, what: string): Record<string, unknown> {
  if (!isRecord(value)) throw new TypeError(`${what} is not a dict`);
  return value;
}

function asNumber(value: unknown, what: string): number {
  if (typeof value !== 'number') throw new TypeError(`${what} is not a number`);
  return value;
}

/** `datetime.fromisoformat` of Python 3.10 and below: three or six digits of the second, no zone letter. */
function fromIsoFormat(text: unknown): number {
  if (typeof text !== 'string' || !/^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d{3}(\d{3})?)?$/.test(text)) {
    throw new TypeError(`Invalid isoformat string: ${String(text)}`);
  }
  const [whole = '', fraction = '0'] = text.split('.');
  return new Date(whole.replace(' ', 'T')).getTime() / 1000 + Number(`0.${fraction}`);
}

const DEVICE_FIGURES = ['nvidia_memory', 'nvidia_power', 'nvidia_use_rate'];

/** What `JsonParser` and `ExpResults` of AIPowerMeter (commit fc099d1) make of one run's folder. */
export class ExpResults {
  readonly cpu = new Map<string, Curve>();
  readonly gpu = new Map<string, Curve>();
  readonly description: unknown;

  constructor(folder: string) {
    for (const line of readFileSync(join(folder, 'power_metrics.json'), 'utf8').trimEnd().split('\n')) {
      const result: unknown = JSON.parse(line);
      if (isRecord(result)) this.#add(result);
    }
    if (this.cpu.size === 0 && this.gpu.size === 0) throw new Error('I could not load any recordings');
    this.description = asRecord(
      JSON.parse(readFileSync(join(folder, 'metadata.json'), 'utf8')),
      'metadata',
    ).description;
  }

  #add(result: Record<string, unknown>): void {
    const date = fromIsoFormat(result.date);
    const metrics = asRecord(result.metrics, 'metrics');
    for (const [name, value] of Object.entries(asRecord(metrics.cpu ?? {}, 'cpu'))) {
      append(this.cpu, name, date, isRecord(value) ? sumOf(value) : asNumber(value, name));
    }
    if (!('gpu' in metrics)) return;
    const gpu = asRecord(metrics.gpu, 'gpu');
    for (const name of DEVICE_FIGURES) {
      append(this.gpu, name, date, asNumber(gpu[name], name));
      for (const [device, value] of Object.entries(asRecord(gpu[`per_gpu_${name}`], name))) {
        append(this.gpu, `per_gpu_${name}/${device}`, date, asNumber(value, name));
      }
    }
  }

  /** `total_`: the integral over time, between samples; None where there is no such figure. */
  total(name: string): number | undefined {
    const curve = this.cpu.get(name) ?? this.gpu.get(name);
    if (curve === undefined) return undefined;
    return curve.slice(1).reduce((sum, { date, value }, index) => {
      const before = curve[index];
      return before === undefined ? sum : sum + ((date - before.date) * (value + before.value)) / 2;
    }, 0);
  }

  /** What `print` needs beyond the figures themselves: it formats one as bytes together with the next. */
  checkPrint(): void {
    const has = (name: string) => this.cpu.has(name);
    if (has('total_dram_power') || has('per_process_mem_use_abs')) {
      for (const name of ['per_process_mem_use_abs', 'per_process_mem_use_uss']) {
        if (!has(name)) throw new TypeError(`bad operand type for abs(): ${name} is None`);
      }
    }
    if (has('total_dram_power') && !has('total_mem_use')) throw new TypeError('total_mem_use is None');
  }
}

function append(curves: Map<string, Curve>, name: string, date: number, value: number): void {
  curves.set(name, [...(curves.get(name) ?? []), { date, value }]);
}

const sumOf = (values: Record<string, unknown>) =>
  Object.entries(values).reduce((sum, [name, value]) => sum + asNumber(value, name), 0);

/** `numpy.loadtxt` of one column. */
export function loadText(path: string): readonly number[] {
  const lines = readFileSync(path, 'utf8')
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim());
  return lines.filter(Boolean).map((line) => {
    if (!/^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/.test(line)) throw new TypeError(`could not convert "${line}" to float`);
    return Number(line);
  });
}

/** The aggregator's walk: every entry of a folder with `input` in its name is a run; its label follows the first `_`. */
export function walk(folder: string): ReadonlyMap<string, readonly string[]> {
  const inputs = readdirSync(folder).filter((name) => name.includes('input'));
  return new Map(
    inputs.map((name) => [
      name.split('_')[1] ?? '',
      readdirSync(join(folder, name)).map((run) => join(folder, name, run)),
    ]),
  );
}
