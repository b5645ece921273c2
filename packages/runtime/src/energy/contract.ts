/** Where figures of energy may come from. */
export type EnergySourceName = 'rapl' | 'nvidia' | 'estimate';

/** Energy of one stretch of time, always with its bounds. */
export interface EnergyReading {
  readonly joules: number;
  readonly low: number;
  readonly high: number;
  readonly seconds: number;
  /**
   * Joules by domain: `package-0` and further packages, which `joules` is the sum of; `core`, `uncore` and `dram`, each
   * summed over the packages and never part of `joules` once more; `gpu-0` and further devices. Empty for estimates.
   */
  readonly domains: Readonly<Record<string, number>>;
  /** How busy the devices were, where devices were measured. */
  readonly devices?: readonly DeviceUse[];
}

/** Mean use of one graphics processor over a measurement. */
export interface DeviceUse {
  /** As `domains` names it: `gpu-0`. */
  readonly name: string;
  /** Memory in use; absent where the device does not tell. */
  readonly memoryBytes?: number;
  /** Part of the time that it computed, 0 to 1; absent where the device does not tell. */
  readonly utilization?: number;
}

/** A stretch of time that a source can say nothing about, and why; told apart by `'refused' in result`. */
export interface EnergyRefusal {
  readonly refused: string;
}

/** A reading, or the reason why there is none. Never a reading of zero for want of a better one. */
export type EnergyResult = EnergyReading | EnergyRefusal;

/** A meter that is running. It holds a timer or a child process until it is stopped. */
export interface EnergyMeter {
  /**
   * Ends the measurement.
   *
   * @param cpuSeconds CPU time that the measured work took meanwhile; only an estimate needs it
   */
  stop(cpuSeconds: number): Promise<EnergyResult>;
}

/** One way to learn what work costs. An estimate is never shown where a measurement belongs. */
export interface EnergySource {
  readonly name: EnergySourceName;
  readonly kind: 'measured' | 'estimated';
  /** What the figure covers: all that the processor package did, one device, or only the measured process. */
  readonly scope: 'package' | 'device' | 'process';
  /** Least time that it can tell anything about, in milliseconds. */
  readonly resolutionMs: number;
  start(): Promise<EnergyMeter>;
}

/** A source that was looked for, and what was found. */
export interface EnergyProbe {
  readonly source: EnergySourceName;
  /** File or program that was asked. */
  readonly where: string;
  readonly usable: boolean;
  /** Why it is not usable, in a few words; empty where it is. */
  readonly reason: string;
  /** What would help, in one line; empty where nothing is known to. */
  readonly help: string;
}

/** The source that will be used, and all that were looked for. */
export interface EnergyChoice {
  /** Undefined where none was asked for. */
  readonly source: EnergySource | undefined;
  readonly probes: readonly EnergyProbe[];
}

/** What to look for. */
export interface EnergyOptions {
  /** `auto` takes the first measured source that works, else the estimate. */
  readonly source: 'auto' | EnergySourceName | 'none';
  /** Root of the powercap tree; a virtual machine may get one from its host. Default the environment variable `SCAPHANDRE_POWERCAP_PATH`, else `/sys/class/powercap`. */
  readonly powercapRoot?: string | undefined;
  /** Power of the whole processor in watts, where the user knows it; needs `processorThreads`. */
  readonly processorWatts?: number | undefined;
  /** Hardware threads of that processor, all of them, not only those of a virtual machine. */
  readonly processorThreads?: number | undefined;
  /** True where the model runs on an NVIDIA device; `auto` asks `nvidia-smi` only then. */
  readonly onGpu?: boolean | undefined;
}
