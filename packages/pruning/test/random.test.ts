import { describe, expect, it } from '@jest/globals';
import { randomFloats } from '@onnx-compress/test-kit';
import { uniformScores } from '../src/criteria/random.js';
import type { GroupMembers } from '../src/groups/members.js';
import { layer, scoresOf, scoringContext } from './scored-groups.js';

describe('random', () => {
  const group = (label: string, units = 200): GroupMembers => ({ ...layer(randomFloats([units, 1], 1)), label });

  it('draws uniform scores, one per unit', async () => {
    const scores = await scoresOf(uniformScores, group('a', 2000));
    expect(scores).toHaveLength(2000);
    for (const score of scores) expect(score >= 0 && score < 1).toBe(true);
    expect(new Set(scores).size).toBe(2000);
    expect(scores.reduce((sum, score) => sum + score, 0) / 2000).toBeCloseTo(0.5, 1);
  });

  it('draws the same ones from the same seed, whatever groups came before', async () => {
    const context = scoringContext(7);
    const alone = await scoresOf(uniformScores, group('b'), scoringContext(7));
    await scoresOf(uniformScores, group('a'), context);
    expect(await scoresOf(uniformScores, group('b'), context)).toEqual(alone);
  });

  it('draws others for another seed, and for another layer', async () => {
    const scores = await scoresOf(uniformScores, group('a'), scoringContext(1));
    expect(await scoresOf(uniformScores, group('a'), scoringContext(2))).not.toEqual(scores);
    expect(await scoresOf(uniformScores, group('b'), scoringContext(1))).not.toEqual(scores);
  });

  it('knows nothing of the weights', async () => {
    const other: GroupMembers = { ...layer(randomFloats([200, 5], 9)), label: 'a' };
    expect(await scoresOf(uniformScores, other)).toEqual(await scoresOf(uniformScores, group('a')));
  });
});
