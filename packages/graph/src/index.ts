export type { Role } from './cost/constants/role.js';
export { type Costs, countCosts } from './cost/count-costs.js';
export { type DimsOf, dimsReader } from './cost/known-dims.js';
export { countLayerCosts, type LayerConstant, type LayerCosts } from './cost/layers/layer-costs.js';
export { macRuleOf } from './cost/mac-rules.js';
export { countNonZeroWeights, type LayerNonZero, type NonZeroCounts } from './cost/nonzero/count-nonzero-weights.js';
export { GraphError, type GraphErrorDetails } from './error.js';
export type { ExternalFolder } from './external/resolve.js';
export { encodedLength, modelBytes } from './files/model-bytes.js';
export { readModel } from './files/read-model.js';
export { type InlinedModel, inlineFunctions, type KeptFunction } from './functions/inline-functions.js';
export type { AttributeValue } from './model/attributes.js';
export { createModel, type ModelSpec, type ValueSpec } from './model/create.js';
export { executionOrder } from './model/execution-order.js';
export { Graph, type GraphOwner, type Position } from './model/graph.js';
export { Model } from './model/model.js';
export { Node, type NodeSpec, type Subgraph } from './model/node.js';
export { removeAllUnused, removeUnused } from './model/remove-unused.js';
export { type Definition, type Use, Value } from './model/value.js';
export type { Dim, ValueType } from './model/value-type.js';
export { Weight, type WeightForm, weightBehind } from './model/weight.js';
export { raiseOpset } from './opset/raise-opset.js';
export { present } from './present.js';
export { inferByRules } from './shapes/infer-by-rules.js';
export { liftSubgraph } from './shapes/lift.js';
export { declaredType, dimKey, openDims } from './shapes/open-dims.js';
export { propagateShapes } from './shapes/propagate.js';
export { redeclare } from './shapes/redeclare.js';
export { ShapeTable } from './shapes/shape-table.js';
export { skeleton } from './shapes/skeleton.js';
export { dropStaleShapes } from './shapes/stale.js';
export { type ByteSource, memorySource } from './source/byte-source.js';
export { bitsOf, byteLengthOf, type DataType, isDataType } from './tensor/data-type.js';
export { elementCount } from './tensor/element-count.js';
export {
  float32Tensor,
  floatsToTensor,
  int32Tensor,
  int64Tensor,
  readFloats,
  readIndices,
  readIntegers,
} from './tensor/numbers.js';
export { Scratch } from './tensor/scratch.js';
export { computedTensor, memoryTensor, readPart, type Tensor } from './tensor/tensor.js';
