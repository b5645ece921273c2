import type { EnergyReading, EnergySource } from '@onnx-compress/runtime';

/** What was measured, as AIPowerMeter lays it out: input sizes, and runs of each. */
export interface MeteredModel {
  /** For people: what ran, on what. */
  readonly description: string;
  readonly inputs: readonly MeteredInput[];
}

/** One input size. */
export interface MeteredInput {
  /** `1x3x224x224`; becomes the name of a folder. */
  readonly label: string;
  readonly runs: readonly MeteredRun[];
}

/** One run: inferences one after the other. */
export interface MeteredRun {
  readonly startedAt: Date;
  /** Wall time from the first inference to the end of the last. */
  readonly seconds: number;
  /** Process that computed. */
  readonly processId: number;
  /** CPU time of that process meanwhile, all threads together. */
  readonly cpuSeconds: number;
  /** Wall time of every inference, in milliseconds, in their order. */
  readonly latencies: readonly number[];
  /** Energy of the run; absent where there is no figure. */
  readonly energy?: MeteredEnergy | undefined;
  readonly memory?: MeteredMemory | undefined;
}

/** A reading and where it comes from. */
export interface MeteredEnergy extends EnergyReading, Pick<EnergySource, 'kind' | 'scope'> {
  readonly source: EnergySource['name'];
}

/** Memory in bytes; AIPowerMeter's reader needs all three or none. */
export interface MeteredMemory {
  /** Proportional set size of the process. */
  readonly proportional: number;
  /** What the process shares with no other. */
  readonly unique: number;
  /** In use on the whole machine. */
  readonly machine: number;
}
