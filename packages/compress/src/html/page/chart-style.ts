const LOOKS = [0, 1, 2, 3, 4, 5].map((index) => `.s${index} { --look: var(--s${index}); }`).join(' ');

const DASHES = ['none', 'none', '7 4', '2 4', '10 3 2 3', '12 4']
  .map((dash, index) => `.curve.s${index}, .legend .s${index} line { stroke-dasharray: ${dash}; }`)
  .join('\n');

/** Style of figures. */
export const CHARTS = `.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20.5rem), 1fr)); gap: 2rem 2.5rem; align-items: start; }
figure { container-type: inline-size; min-width: 0; }
figcaption { margin-bottom: 0.8rem; max-width: 46rem; font-size: 0.92rem; color: var(--soft); }
.figure-title { color: var(--text); font-weight: 600; font-size: 1rem; }
.legend { display: flex; flex-wrap: wrap; gap: 0.2rem 1.2rem; list-style: none; font-size: 0.86rem; margin-bottom: 0.7rem; }
.legend li { display: flex; align-items: center; gap: 0.45rem; }
.legend svg { flex: none; }
figure svg, .card svg { display: block; overflow: visible; }
figure text { font-size: 12px; fill: var(--text); }
text.value, text.end { text-anchor: end; } text.middle { text-anchor: middle; }
text.tick, text.axis, text.soft { fill: var(--soft); } text.strong { font-weight: 600; }
${LOOKS}
:where(rect:not([fill])) { fill: var(--look); }
line, polyline { fill: none; stroke: var(--look); stroke-width: 2; vector-effect: non-scaling-stroke; }
${DASHES}
.dot { fill: var(--look); }
.grid { stroke: var(--grid); stroke-width: 1; }
.halo { paint-order: stroke; stroke: var(--surface); stroke-width: 4px; stroke-linejoin: round; }
.mark, .one { stroke: var(--soft); stroke-width: 1.5; stroke-dasharray: 4 3; }
.hatch { fill: var(--surface); fill-opacity: 0.6; }
.hatching { stroke: var(--look); stroke-width: 2; fill: none; }
.plane { padding: 42px 28px 48px 62px; }
.forest { padding: 0 16px 38px; }
.bins { fill: var(--look); fill-opacity: 0.28; stroke: var(--look); stroke-width: 1.5; vector-effect: non-scaling-stroke; }
.panels { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 11rem), 1fr)); gap: 1.1rem 1.4rem; list-style: none; }
.panels .name { font-size: 0.82rem; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; margin-bottom: 0.3rem; }
.panels svg[role] { border-bottom: 1px solid var(--soft); }
.ends { display: flex; justify-content: space-between; font-size: 0.78rem; color: var(--soft); }
.front { stroke: var(--good); stroke-width: 2; }
.point { fill: var(--s0); stroke: var(--surface); stroke-width: 1.5; } .point.best { fill: var(--good); }
.ring { fill: none; stroke: var(--text); stroke-width: 1.5; }
.sign-best circle { fill: var(--good); } .sign-point circle { fill: var(--s0); } .sign-centre circle { fill: var(--accent); } .sign-band rect { fill: var(--band); }
.key { font-size: 0.88rem; padding-left: 1.6rem; columns: 18rem auto; }
.band { fill: var(--band); } .whisker { stroke: var(--accent); stroke-width: 2; } .centre { fill: var(--accent); }
text.narrow, text.medium { display: none; }
@container (max-width: 38rem) { text.wide { display: none; } text.medium { display: inline; } }
@container (max-width: 30rem) { text.minor { display: none; } .panels { grid-template-columns: repeat(auto-fill, minmax(min(100%, 8.8rem), 1fr)); } }
@container (max-width: 20.4rem) { text.medium { display: none; } text.narrow { display: inline; } text { font-size: 11.5px; } }
.pair rect.from { fill: var(--s0); } .pair rect.to { fill: var(--s1); } .pair rect.to.grown { fill: var(--bad); }
`;
