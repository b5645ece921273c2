import type { VerificationRecord } from '../report/report.js';
import { formatCosine, formatPart } from './quantities.js';

/** `verify ok`, `verify FAILED`, `verify off`. */
export function verificationTitle({ status }: VerificationRecord): string {
  return `verify ${status === 'failed' ? 'FAILED' : status}`;
}

function likeness({ fidelity, cosine, snrDb, agreement, inputs }: VerificationRecord): readonly string[] {
  if (cosine === null || fidelity === null) return [];
  return [
    `cosine ${formatCosine(cosine)}`,
    snrDb === null ? 'identical outputs' : `SNR ${snrDb.toFixed(1)} dB`,
    ...(agreement === undefined ? [] : [`same top-1 ${formatPart(agreement)} of ${inputs.count}`]),
    fidelity === 'low' ? 'fidelity LOW: try a lower ratio' : `fidelity ${fidelity}`,
  ];
}

/** Reasons of a failure, then the likeness: `cosine 0.9412   SNR 9.8 dB   same top-1 91.4 % of 128   fidelity …`. */
export function verificationText(verification: VerificationRecord): string {
  if (verification.status === 'off') return 'the result was not run';
  return [...verification.reasons, ...likeness(verification)].join('   ');
}
