import type { EnergyChoice, EnergySource } from './contract.js';
import { modelOnCpu } from './messages.js';

const SCOPES: Readonly<Record<EnergySource['scope'], string>> = {
  package: 'all that the processor package did',
  device: 'all that the graphics devices did',
  process: 'only the measured process',
};

/**
 * One line for people: where the energy comes from and what it covers, or why it is only an estimate. Empty where none
 * was asked for.
 *
 * @example describeEnergyChoice(choice); // 'energy: estimated from CPU time, only the measured process (no powercap tree at ...)'
 */
export function describeEnergyChoice({ source, probes }: EnergyChoice): string {
  if (source === undefined) return '';
  const where = probes.find((probe) => probe.usable)?.where ?? '';
  if (source.kind === 'measured') return `energy: measured by ${where}, ${SCOPES[source.scope]}`;
  const reasons = probes.map(({ reason }) => reason).filter((reason) => reason !== '' && reason !== modelOnCpu());
  return `energy: estimated from ${where}, ${SCOPES[source.scope]}${reasons.length === 0 ? '' : ` (${reasons.join('; ')})`}`;
}
