/** Style of the page: type, landmarks, cards, tables. */
export const LAYOUT = `*, ::before, ::after { box-sizing: border-box; }
html { scroll-padding-top: 1rem; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--text); font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.wrap { max-width: 78rem; margin: 0 auto; padding: 0 clamp(1rem, 3vw, 2.5rem); }
h1, h2, h3, p, ul, ol, dl, figure { margin: 0; padding: 0; }
h1 { font-size: clamp(1.5rem, 1.1rem + 1.6vw, 2.25rem); line-height: 1.2; letter-spacing: -0.01em; }
h2 { font-size: 1.3rem; line-height: 1.3; margin-bottom: 0.9rem; }
h3 { font-size: 1.02rem; line-height: 1.4; }
a { color: var(--accent); }
code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 0.875em; }
code { background: var(--code); border-radius: 4px; padding: 0.1em 0.35em; }
pre { margin: 0.5rem 0 1rem; padding: 0.8rem 1rem; background: var(--code); border-radius: 8px; white-space: pre-wrap; }
pre code { background: none; padding: 0; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
.skip { position: absolute; left: 1rem; top: -4rem; padding: 0.5rem 1rem; background: var(--surface); z-index: 1; }
.skip:focus { top: 0.5rem; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.soft { color: var(--soft); }
.good { color: var(--good); } .bad { color: var(--bad); } .warn { color: var(--warn); }
.kind { color: var(--soft); font-size: 0.9rem; margin-bottom: 0.15rem; }
.top { padding-top: 2.2rem; padding-bottom: 1.6rem; }
.lead { font-size: 1.1rem; margin-top: 0.5rem; max-width: 60rem; }
.badges { display: flex; flex-wrap: wrap; gap: 0.5rem; list-style: none; margin-top: 0.9rem; }
.badge { border-radius: 99px; padding: 0.15rem 0.75rem; font-size: 0.9rem; font-weight: 600; }
.badge.good { background: var(--good-soft); } .badge.bad { background: var(--bad-soft); } .badge.warn { background: var(--warn-soft); }
.badge.plain { background: var(--code); }
nav ol { display: flex; flex-wrap: wrap; gap: 0.2rem 1.1rem; list-style: none; padding: 0.65rem 0; border-block: 1px solid var(--line); font-size: 0.92rem; }
nav a { display: inline-block; padding: 0.15rem 0; text-decoration-thickness: 1px; text-underline-offset: 0.2em; }
section { background: var(--surface); border: 1px solid var(--line); border-radius: 14px; padding: clamp(1rem, 2.2vw, 1.7rem); margin: 1.25rem 0; }
section > * + * { margin-top: 0.9rem; }
section > h2 + * { margin-top: 0; }
#summary { background: none; border: 0; padding: 0; }
footer { color: var(--soft); font-size: 0.9rem; padding-top: 0.5rem; padding-bottom: 2.5rem; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, max(12.4rem, (100% - (var(--columns) - 1) * 0.9rem) / var(--columns))), 1fr)); gap: 0.9rem; list-style: none; }
.card { background: var(--surface); border: 1px solid var(--line); border-radius: 14px; padding: 1rem 1.1rem 1.05rem; display: flex; flex-direction: column; }
.card h3 { font-size: 0.92rem; font-weight: 500; color: var(--soft); }
.card .value { font-size: 1.65rem; font-weight: 650; line-height: 1.3; letter-spacing: -0.01em; }
.card .from { display: block; font-size: 0.95rem; color: var(--soft); }
.card .change { font-weight: 600; font-size: 0.95rem; }
.card .note { color: var(--soft); font-size: 0.86rem; }
.card .pair { margin: 0.6rem 0 0.55rem; display: block; }
.pictures { display: flex; flex-wrap: wrap; gap: 0.9rem; list-style: none; } .pictures img { display: block; border-radius: 6px; max-width: 100%; height: auto; }
.scroll { overflow-x: auto; max-width: 100%; container-type: inline-size; background:
  linear-gradient(to right, var(--surface) 40%, transparent) left / 3rem 100% no-repeat local,
  linear-gradient(to left, var(--surface) 40%, transparent) right / 3rem 100% no-repeat local,
  linear-gradient(to right, var(--line), transparent) left / 0.8rem 100% no-repeat scroll,
  linear-gradient(to left, var(--line), transparent) right / 0.8rem 100% no-repeat scroll; }
.download { font-size: 0.9rem; margin-top: 0.6rem; }
caption:has(.unseen) { padding: 0; }
caption span:not(.unseen) { display: block; position: sticky; left: 0; width: max-content; max-width: 100cqi; }
.scroll + .scroll { margin-top: 1rem; }
table { border-collapse: collapse; width: 100%; font-size: 0.92rem; }
caption { text-align: left; font-weight: 600; padding: 0.2rem 0 0.45rem; }
th, td { text-align: left; padding: 0.34rem 1rem 0.34rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th:last-child, td:last-child { padding-right: 0.2rem; }
thead th { color: var(--soft); font-weight: 500; vertical-align: bottom; overflow-wrap: normal; }
tbody th { font-weight: 500; min-width: 8rem; }
td { min-width: 5.5rem; overflow-wrap: break-word; }
.n { text-align: right; white-space: nowrap; overflow-wrap: normal; min-width: 0; }
details { border-top: 1px solid var(--line); margin-top: 0.9rem; }
details > summary { cursor: pointer; padding: 0.5rem 0; color: var(--accent); font-size: 0.92rem; }
details:not([open]) { margin-bottom: -0.5rem; }
details > :not(summary) { margin-bottom: 0.7rem; }
.step + .step { border-top: 1px solid var(--line); padding-top: 1.3rem; margin-top: 1.5rem; }
.step > * + * { margin-top: 0.6rem; }
.facts { display: flex; flex-wrap: wrap; gap: 0.25rem 1.6rem; font-size: 0.92rem; }
.facts div { display: flex; gap: 0.45rem; } .facts dt { white-space: nowrap; color: var(--soft); } .facts dd { margin: 0; font-weight: 550; }
.record { display: grid; grid-template-columns: minmax(7rem, max-content) 1fr; gap: 0.3rem 1.4rem; font-size: 0.92rem; }
.record dt { color: var(--soft); } .record dd { margin: 0; min-width: 0; }
.list { padding-left: 1.2rem; } .list li + li { margin-top: 0.3rem; }
.list li::marker { color: var(--soft); }
@media (max-width: 30rem) { .record { grid-template-columns: 1fr; gap: 0; } .record dd { margin-bottom: 0.5rem; } }
@media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } }
`;
