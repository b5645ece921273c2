import type { LinearLayer } from '@onnx-compress/recovery';
import type { Scores } from '../criteria/criterion.js';
import type { GroupMembers } from '../groups/members.js';
import { noConsumer, sameOnAllSamples, tooManyColumns } from '../reasons.js';
import type { UnitMap } from './contributions.js';
import { type GroupConsumer, groupConsumers } from './group-consumers.js';
import type { GroupJudge, SeenConsumer } from './group-judge.js';

/** Most columns of a layer whose Gram matrix is held in memory: 512 MB. */
const MOST_COLUMNS = 8192;

/** Why a group cannot be judged; undefined where it can. */
function obstacle(consumers: readonly GroupConsumer[] | undefined): string | undefined {
  if (consumers === undefined) return noConsumer();
  const wide = consumers.find(({ layer }) => layer.columns > MOST_COLUMNS)?.layer;
  return wide && tooManyColumns(wide.node, wide.columns);
}

/** A group while the layers that read it are seen one after the other. What its judge holds lives no longer than that. */
export class OpenGroup {
  readonly #units: number;
  readonly #consumers: readonly GroupConsumer[];
  readonly #judgeOf: (units: number) => GroupJudge;
  #judge: GroupJudge | undefined;
  #unseen: number;
  #scores: Scores;

  constructor(group: GroupMembers, judgeOf: (units: number) => GroupJudge) {
    const consumers = groupConsumers(group);
    const reason = obstacle(consumers);
    this.#units = group.units;
    this.#consumers = reason === undefined && consumers !== undefined ? consumers : [];
    this.#judgeOf = judgeOf;
    this.#unseen = this.#consumers.length;
    this.#scores = { kind: 'unscored', reason: reason ?? sameOnAllSamples() };
  }

  /** The layers that read it. */
  get layers(): readonly LinearLayer[] {
    return this.#consumers.map(({ layer }) => layer);
  }

  /** After all layers. */
  get scores(): Scores {
    return this.#scores;
  }

  /** Where a layer has the units; undefined for a layer that does not read the group. */
  unitsIn({ node }: LinearLayer): UnitMap | undefined {
    const consumer = this.#consumers.find(({ layer }) => layer.node === node);
    return consumer && { units: this.#units, unitOfColumn: consumer.unitOfColumn };
  }

  /** Takes what one of the layers shows. A layer whose outputs do not vary over the samples has no say. */
  async see(consumer: SeenConsumer): Promise<void> {
    if (consumer.energy > 0) {
      this.#judge ??= this.#judgeOf(this.#units);
      await this.#judge.see(consumer);
    }
    this.#unseen -= 1;
    if (this.#unseen > 0 || this.#judge === undefined) return;
    this.#scores = { kind: 'scored', perUnit: await this.#judge.scores() };
    this.#judge = undefined;
  }
}
