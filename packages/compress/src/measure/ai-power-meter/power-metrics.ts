import { localTime } from './local-time.js';
import type { MeteredEnergy, MeteredMemory, MeteredRun } from './measurement.js';

type Figure = number | Readonly<Record<string, number>>;

type Figures = Readonly<Record<string, Figure>>;

/**
 * `power_metrics.json` of one run: two JSON lines, at its start and at its end, each with the mean over the run, so that
 * the integral which readers take between samples is exactly what was measured. What was not measured has no key. There
 * is no closing line `"END OF RECORDING SEGMENT"`: `ExpResults` reads the same without it, and the aggregator of
 * AIPowerMeter fails on it.
 */
export function powerMetrics(run: MeteredRun): string {
  const start = run.startedAt.getTime();
  return [start, start + run.seconds * 1000].map((time) => `${JSON.stringify(record(run, time))}\n`).join('');
}

function record(run: MeteredRun, time: number): object {
  const gpu = deviceFigures(run.energy);
  return {
    date: localTime(time),
    metrics: { temperature: {}, cpu: processorFigures(run), ...(gpu === undefined ? {} : { gpu }) },
    onnx_compress: provenance(run),
  };
}

/** Readers ignore it here; beside the figures they would fail on anything but numbers. */
function provenance({ energy, cpuSeconds, seconds, latencies }: MeteredRun): object {
  return { seconds, cpuSeconds, inferences: latencies.length, ...(energy === undefined ? {} : { energy }) };
}

function processorFigures({ cpuSeconds, seconds, processId, energy, memory }: MeteredRun): Figures {
  return {
    ...power(energy),
    absolute_cpu_time_per_pid: { [processId]: cpuSeconds / seconds },
    ...(memory === undefined ? {} : memoryFigures(memory, processId)),
    ...(memory === undefined ? {} : domainPower(energy, 'dram', 'total_dram_power')),
  };
}

/** An estimate never stands where readers look for a measurement. */
function power(energy: MeteredEnergy | undefined): Figures {
  if (energy?.source === 'estimate') return { estimated_cpu_power: energy.joules / energy.seconds };
  if (energy?.source !== 'rapl') return {};
  return {
    intel_power: energy.joules / energy.seconds,
    ...domainPower(energy, 'core', 'total_cpu_power'),
    ...domainPower(energy, 'uncore', 'uncore_power'),
  };
}

function domainPower(energy: MeteredEnergy | undefined, domain: string, key: string): Figures {
  const joules = energy?.source === 'rapl' ? energy.domains[domain] : undefined;
  return energy === undefined || joules === undefined ? {} : { [key]: joules / energy.seconds };
}

/** The reader prints one of these figures only together with the others, and fails where one lacks. */
function memoryFigures({ proportional, unique, machine }: MeteredMemory, processId: number): Figures {
  return {
    per_process_mem_use_abs: { [processId]: proportional },
    per_process_mem_use_uss: { [processId]: unique },
    total_mem_use: machine,
  };
}

/** The reader needs power, memory and use of every device, or no `gpu` at all. */
function deviceFigures(energy: MeteredEnergy | undefined): Figures | undefined {
  if (energy?.source !== 'nvidia' || energy.devices === undefined) return undefined;
  const watts: Record<string, number> = {};
  const memory: Record<string, number> = {};
  const use: Record<string, number> = {};
  for (const { name, memoryBytes, utilization } of energy.devices) {
    const joules = energy.domains[name];
    if (joules === undefined || memoryBytes === undefined || utilization === undefined) return undefined;
    const index = name.replace('gpu-', '');
    watts[index] = joules / energy.seconds;
    memory[index] = memoryBytes;
    use[index] = utilization;
  }
  return {
    nvidia_power: sum(watts),
    nvidia_memory: sum(memory),
    nvidia_use_rate: sum(use) / energy.devices.length,
    per_gpu_nvidia_power: watts,
    per_gpu_nvidia_memory: memory,
    per_gpu_nvidia_use_rate: use,
  };
}

const sum = (values: Readonly<Record<string, number>>) =>
  Object.values(values).reduce((total, value) => total + value, 0);
