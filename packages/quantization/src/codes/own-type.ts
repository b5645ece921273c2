import type { Tensor } from '@onnx-compress/graph';
import { castTarget } from '../emission/float-type.js';
import type { RestorationSite } from './restoration-site.js';

/** Gives float32 numbers the type that the weight has in the file. */
export function castToOwnType({ dataType }: Tensor, restored: string, { compute }: RestorationSite): string {
  const to = castTarget(dataType);
  return to === undefined ? restored : compute('Cast', [restored], { to: { int: to } });
}
