import type { EnergyProbe, EnergySource } from './contract.js';

/** What looking for one source led to; the source where it is usable. */
export interface Finding {
  readonly probe: EnergyProbe;
  readonly source?: EnergySource;
}

/** A source that works. */
export function found(source: EnergySource, where: string): Finding {
  return { probe: { source: source.name, where, usable: true, reason: '', help: '' }, source };
}

/** A source that does not work, why, and what would help. */
export function missing(source: EnergySource['name'], where: string, reason: string, help = ''): Finding {
  return { probe: { source, where, usable: false, reason, help } };
}
