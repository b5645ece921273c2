import { compareModels, harnessFloor, memoryUse, profileModel, timeModel } from '@onnx-compress/runtime';

/** Everything that takes time to measure something, so that what is made of the figures is tested without measuring. */
export interface Instruments {
  readonly compareModels: typeof compareModels;
  readonly timeModel: typeof timeModel;
  readonly harnessFloor: typeof harnessFloor;
  readonly memoryUse: typeof memoryUse;
  readonly profileModel: typeof profileModel;
}

/** onnxruntime in child processes. */
export const INSTRUMENTS: Instruments = { compareModels, timeModel, harnessFloor, memoryUse, profileModel };
