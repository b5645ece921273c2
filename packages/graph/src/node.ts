export { externalFolder } from './node/external-folder.js';
export { type FileDigest, sourceDigest } from './node/file-sink.js';
export { fileSource } from './node/file-source.js';
export { openModel } from './node/open-model.js';
export { type StagedModel, stageModel, type WrittenModel, writeModel } from './node/stage-model.js';
