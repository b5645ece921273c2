/** Time, as meters need it. */
export interface Clock {
  /** Seconds since some fixed moment; never goes back. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
  /** Does something again and again until the returned function is called; never keeps the process alive. */
  every(milliseconds: number, action: () => Promise<void>): () => void;
}

/** What the search for a source asks of the system. */
export interface Surroundings {
  readonly clock: Clock;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** File that describes the processor and tells a virtual machine. */
  readonly cpuInfo: string;
}

const CLOCK: Clock = {
  now: () => performance.now() / 1000,
  sleep: (milliseconds) => new Promise((done) => setTimeout(done, milliseconds)),
  every: (milliseconds, action) => {
    const timer = setInterval(() => void action(), milliseconds).unref();
    return () => clearInterval(timer);
  },
};

/** The system that this process runs on. */
export const SYSTEM: Surroundings = { clock: CLOCK, environment: process.env, cpuInfo: '/proc/cpuinfo' };
