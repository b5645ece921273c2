import type { Engine } from '../axes/engine.js';
import type { SplitChoices, SplitSite, SplitSites } from '../axes/split-sites.js';

/** Which part of attention is removed: whole heads, channels of every head, or what the model allows. */
export type AttentionChoice = 'auto' | 'heads' | 'head-dims';

/** Sites whose choices depend on each other, such as the queries, keys and values of one attention. */
export interface Component {
  /** Keys of the sites. */
  readonly sites: readonly string[];
  /** Ways to choose their free pieces, in the order of preference. */
  readonly candidates: readonly SplitChoices[];
}

/** The longest piece of each site, heads left aside where the site has other pieces. */
function innerPieces(sites: readonly SplitSite[], heads: ReadonlySet<number>): SplitChoices {
  return new Map(
    sites.map(({ key, sizes, pieces, kept }) => {
      const others = sizes.map((size, index) => (heads.has(pieces[index] ?? -1) ? 0 : size));
      const longest = others.indexOf(Math.max(...others));
      return [key, others[longest] === 0 || others.every((size) => size > 0) ? kept : longest];
    }),
  );
}

/** For each site that has one of the linked pieces, that piece. */
function linkedPieces(sites: readonly SplitSite[], { links }: SplitSites, linked: number): SplitChoices {
  return new Map(
    sites.flatMap(({ key, pieces }) => {
      const piece = pieces.findIndex((own) => links.find(own) === linked);
      return piece < 0 ? [] : [[key, piece] as const];
    }),
  );
}

function candidatesOf(
  sites: readonly SplitSite[],
  splits: SplitSites,
  heads: ReadonlySet<number>,
  attention: AttentionChoice,
): readonly SplitChoices[] {
  const inner = innerPieces(sites, heads);
  const linked = new Set(sites.flatMap(({ pieces }) => pieces.map((piece) => splits.links.find(piece))));
  const keeping = (pieces: readonly number[]) =>
    pieces.map((piece) => new Map([...inner, ...linkedPieces(sites, splits, piece)]));
  const isHead = (piece: number) => splits.isBatch(piece);
  const whole = keeping([...linked].filter(isHead));
  const rest = keeping([...linked].filter((piece) => !isHead(piece)));
  if (attention === 'heads') return [...whole, inner, ...rest];
  return attention === 'head-dims' ? [inner, ...rest] : [inner, ...whole, ...rest];
}

/** The split sites of an analysis in sets that depend on each other, with the ways to choose their free pieces. */
export function splitCandidates(
  { dependencies: { splits } }: Engine,
  attention: AttentionChoice,
): readonly Component[] {
  const together = new Map<number, SplitSite[]>();
  for (const site of splits.sites) {
    const root = splits.components.find(site.pieces[0] ?? 0);
    together.set(root, [...(together.get(root) ?? []), site]);
  }
  const pieces = splits.sites.flatMap((site) => site.pieces);
  const heads = new Set(pieces.filter((piece) => splits.isBatch(splits.links.find(piece))));
  return [...together.values()].map((sites) => ({
    sites: sites.map(({ key }) => key),
    candidates: candidatesOf(sites, splits, heads, attention),
  }));
}
