/**
 * Layers with weights that take alike. Of depthwise convolutions, the integer kernel wants a multiple of 16 channels;
 * the `uneven` ones have another number.
 */
export type LayerKind = 'dense' | 'pointwise' | 'depthwise' | 'uneven' | 'grouped' | 'stem' | 'sequence' | 'product';

/** What a layer takes, in nanoseconds: so much for each multiply-accumulate, element read or written, and weight. */
export interface LayerTime {
  readonly mac: number;
  readonly element: number;
  readonly weight?: number;
}

/** How the quantized values on both sides of an operator are related. */
type Scales =
  /** It only moves numbers or picks some of them: one scale serves both sides, and has to. */
  | 'same'
  /** It joins values: one scale where that suits them, else one each. */
  | 'joined'
  /** It computes: a scale of its own. */
  | 'own';

/**
 * Where the channels of a float value lie: `blocked`, as float convolutions want it (NCHWc); `plain`, as in the model;
 * `any` for kernels that go element by element.
 */
export type Layout = 'blocked' | 'any' | 'plain';

/** An operator without weights. Times are nanoseconds per element of the larger of its first input and output. */
interface OperatorTime {
  readonly float: number;
  /** Undefined where no integer kernel exists: Q/DQ pairs around it stay in the graph. */
  readonly integer?: number;
  readonly scales?: Scales;
  /** How the float kernel wants its values laid out; plain where absent. */
  readonly layout?: Layout;
  /**
   * The integer kernel is fast only on what another integer kernel wrote. This is what it takes otherwise, and
   * onnxruntime uses it there also where only the result is quantized: it moves QuantizeLinear in front.
   */
  readonly integerAlone?: number;
}

/** What passing one element between the float and the integer side takes, in nanoseconds. */
interface BorderTime {
  readonly quantize: number;
  readonly dequantize: number;
  /** Integer convolutions have channels last; other layouts are transposed, as integers. */
  readonly transpose: number;
  /** From or to the blocked layout of float convolutions. */
  readonly reorder: number;
}

/** What onnxruntime's CPU kernels take on one kind of machine; only ratios between the figures matter. */
export interface TargetTable {
  /** Where the figures come from. */
  readonly source: string;
  /** What any kernel takes besides its work, in nanoseconds. */
  readonly launch: number;
  /** What an integer kernel of a layer takes beyond that. */
  readonly integerLaunch: number;
  /** Channels that float convolutions treat together: 25 take the time of 32. */
  readonly channelBlock: number;
  readonly border: BorderTime;
  readonly layers: Readonly<Record<LayerKind, { readonly float: LayerTime; readonly integer: LayerTime }>>;
  /** By operator type of the default domain; operators that are not listed compute in floats. */
  readonly operators: Readonly<Record<string, OperatorTime>>;
}
