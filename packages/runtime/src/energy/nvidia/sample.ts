/** What nvidia-smi said of one device at one moment. */
export interface Sample {
  /** `gpu-0`. */
  readonly device: string;
  readonly seconds: number;
  readonly watts: number | undefined;
  readonly memoryBytes: number | undefined;
  readonly utilization: number | undefined;
  /** Value of the energy counter, where there is one. */
  readonly joules: number | undefined;
}

const TIMESTAMP = /^(\d{4})\/(\d\d)\/(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d+))?$/;

const QUANTITY = /^(\d+(?:\.\d+)?) ?(W|MiB|%|mJ|J)$/;

const FACTORS: Readonly<Record<string, number>> = { W: 1, MiB: 2 ** 20, '%': 0.01, J: 1, mJ: 0.001 };

/** Reads one line of the answer; undefined for anything else that nvidia-smi prints. */
export function parseSample(line: string): Sample | undefined {
  const [time = '', index = '', power = '', memory = '', use = '', energy = ''] = line
    .split(',')
    .map((text) => text.trim());
  const seconds = parseTime(time);
  if (seconds === undefined || !/^\d+$/.test(index)) return undefined;
  return {
    device: `gpu-${index}`,
    seconds,
    watts: quantity(power, 'W'),
    memoryBytes: quantity(memory, 'MiB'),
    utilization: quantity(use, '%'),
    joules: quantity(energy, 'mJ') ?? quantity(energy, 'J'),
  };
}

function parseTime(text: string): number | undefined {
  const [matched, ...parts] = TIMESTAMP.exec(text) ?? [];
  if (matched === undefined) return undefined;
  const [year = 0, month = 0, day = 0, hours = 0, minutes = 0, seconds = 0] = parts.map(Number);
  const [, , , , , , fraction = ''] = parts;
  return new Date(year, month - 1, day, hours, minutes, seconds).getTime() / 1000 + Number(`0.${fraction}0`);
}

function quantity(text: string, unit: string): number | undefined {
  const [, digits, found = ''] = QUANTITY.exec(text) ?? [];
  const factor = FACTORS[found];
  return digits === undefined || factor === undefined || found !== unit ? undefined : Number(digits) * factor;
}
