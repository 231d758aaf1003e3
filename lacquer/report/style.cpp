#include "lacquer/report/sections.h"

namespace lacquer::report {

Markup::Piece style_sheet() {
  return R"css(
:root {
  color-scheme: light dark;
  --paper: #fcfbf8; --sheet: #ffffff; --ink: #1d1b18; --soft: #5f5a52; --line: #ddd8ce;
  --hair: #ece8e0; --accent: #0b5a7d;
  --mix: #a8590a; --master: #0b5a7d; --change: #6b3f94;
  --outer: #e3e9e6; --inner: #c3d2cc; --median: #7d968d;
  --good: #1e6b3a; --good-back: #e6f3ea; --bad: #a3161a; --bad-back: #fdecea;
  --warn: #7a4f00; --warn-back: #fdf3dc; --note: #4b5563; --note-back: #eef0f3;
}
@media (prefers-color-scheme: dark) { @media not print { :root {
  --paper: #151412; --sheet: #1d1c19; --ink: #eeebe4; --soft: #aaa499; --line: #3b3833;
  --hair: #2b2925; --accent: #7cc4e6;
  --mix: #efa04f; --master: #6fc0ea; --change: #c59cf0;
  --outer: #25302d; --inner: #37483f; --median: #7f9c90;
  --good: #7fd39b; --good-back: #17301f; --bad: #ff938c; --bad-back: #401618;
  --warn: #f1c76a; --warn-back: #362a0e; --note: #bcc4d0; --note-back: #2a2d33;
} } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.55 "Inter", "Helvetica Neue", "Segoe UI", system-ui, "Liberation Sans",
    "DejaVu Sans", sans-serif;
  overflow-wrap: anywhere; font-variant-numeric: tabular-nums;
}
main, footer { max-width: 1040px; margin: 0 auto; padding: 0 24px; }
h1, h2, .artist, .kicker, .brief p {
  font-family: "Iowan Old Style", "Palatino Linotype", Palatino, "URW Palladio L", "P052",
    Georgia, "DejaVu Serif", serif;
}
h1 { font-size: clamp(2rem, 5.2vw, 3.4rem); line-height: 1.08; font-weight: 600;
  letter-spacing: -.015em; margin: .1em 0 .15em; text-wrap: balance; }
h2 { font-size: 1.75rem; line-height: 1.2; font-weight: 600; letter-spacing: -.01em;
  margin: 0 0 .5em; text-wrap: balance; }
h3 { font-size: 1.06rem; margin: 2.2em 0 .6em; }
h4 { font-size: .98rem; margin: 0; }
p { margin: 0 0 .7em; max-width: 68ch; }
a { color: var(--accent); text-underline-offset: .18em; }
code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font-size: .84em; }
pre { overflow-x: auto; overflow-wrap: normal; padding: 12px 14px; margin: 8px 0;
  border-radius: 6px; background: var(--hair); }
main > header { padding: 56px 0 8px; }
.kicker { color: var(--soft); font-style: italic; font-size: 1.05rem; margin: 0; }
.artist { font-size: 1.45rem; color: var(--soft); margin: 0 0 .8em; }
.facts { display: flex; flex-wrap: wrap; gap: 4px 28px; margin: 0 0 1.4em; font-size: .9rem; }
.facts div { display: flex; gap: 8px; }
dt { color: var(--soft); flex: none; }
dd { margin: 0; }
.state { border-radius: 8px; padding: 14px 18px; margin: 20px 0; border: 1px solid; }
.state p { margin: 0; }
.state strong { font-size: 1.08rem; }
.draft { color: var(--warn); background: var(--warn-back); border-color: currentColor; }
.signed { color: var(--good); background: var(--good-back); border-color: currentColor; }
.brief { margin: 18px 0; padding: 2px 0 2px 18px; border-left: 3px solid var(--line); }
.brief p { font-size: 1.08rem; margin: 0; white-space: pre-line; }
.brief .label { font: inherit; font-size: .82rem; color: var(--soft); }
main > section { border-top: 1px solid var(--line); padding: 36px 0 28px; }
main > section.short { border-top: 0; padding-top: 16px; }
.media { list-style: none; display: flex; flex-wrap: wrap; gap: 16px; padding: 0;
  margin: 0 0 24px; }
.medium { flex: 1 1 190px; background: var(--sheet); border: 1px solid var(--line); border-radius: 10px;
  padding: 16px 18px; }
.medium h3 { margin: 0; font-size: .95rem; color: var(--soft); font-weight: 600; }
.medium p { margin: 0; font-size: .92rem; }
.medium .verdict { font-size: 1.5rem; font-weight: 700; line-height: 1.3; }
.passes .verdict { color: var(--good); }
.unchecked .verdict { color: var(--note); }
.fails { flex-basis: 100%; order: -1; background: var(--bad-back); border: 3px solid var(--bad); }
.fails .verdict { color: var(--bad); font-size: 1.9rem; }
.fails h3 { color: var(--ink); }
.fails ul { margin: 10px 0 0; padding: 0; list-style: none; }
.fails li { padding: 10px 0 0; margin-top: 10px; border-top: 1px solid var(--bad); }
.remedy { display: block; }
.remedy > span { font-weight: 700; }
.checks .remedy { font-weight: 400; padding-top: 4px; }
.files code { white-space: nowrap; }
.notice { background: var(--warn-back); border-left: 4px solid var(--warn); padding: 10px 14px;
  border-radius: 4px; max-width: none; }
.none { color: var(--soft); }
table { width: 100%; border-collapse: collapse; font-size: .92rem; margin: 0 0 14px; }
caption { text-align: left; color: var(--soft); font-size: .85rem; padding: 0 0 6px; }
th, td { text-align: left; vertical-align: top; padding: 8px 12px 8px 0; font-weight: 400;
  border-bottom: 1px solid var(--hair); }
th:last-child, td:last-child { padding-right: 0; }
thead th { color: var(--soft); font-size: .82rem; overflow-wrap: normal; border-bottom: 1px solid var(--line);
  vertical-align: bottom; }
tbody th { font-weight: 600; }
.n { text-align: right; white-space: nowrap; }
thead .n { white-space: normal; }
.unit { color: var(--soft); font-weight: 400; font-size: .86em; }
.was { color: var(--soft); }
.numbers .is { font-weight: 700; }
.numbers td { font-size: 1.02rem; }
.gloss { display: block; color: var(--soft); font-weight: 400; font-size: .84rem;
  line-height: 1.4; max-width: 62ch; }
.no { color: var(--soft); font-weight: 400; padding-right: .55em; }
.flagged { color: var(--warn); font-size: .82rem; font-weight: 600; white-space: nowrap; }
.track .meta { color: var(--soft); margin: -.5em 0 1.2em; }
.plots { display: grid; gap: 0 36px; margin-top: 28px;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 440px), 1fr)); }
figure { margin: 28px 0 0; break-inside: avoid; min-width: 0; }
.plots figure { margin: 0; display: grid; grid-template-rows: subgrid; grid-row: span 3;
  row-gap: 0; }
figcaption p { color: var(--soft); font-size: .88rem; line-height: 1.45; margin: 2px 0 8px; }
.plot svg { display: block; width: 100%; height: auto; overflow: visible; }
.plot .span { opacity: .6; }
.plots .wide { max-width: 620px; }
.narrow { display: none; }
.plot text { font-size: 11.5px; fill: var(--soft); font-family: inherit; }
.plot .unit { font-size: 11px; }
.plot .note { font-size: 11px; paint-order: stroke; stroke: var(--paper); stroke-width: 4px; }
.grid { stroke: var(--hair); }
.axis { stroke: var(--median); }
.zero { stroke: var(--soft); }
.mix, .master, .change { fill: none; stroke-linejoin: round; stroke-linecap: round; }
.mix { stroke: var(--mix); stroke-width: 1.6; stroke-dasharray: 5 3.5; }
.master { stroke: var(--master); stroke-width: 2.1; }
.change { stroke: var(--change); stroke-width: 2; }
.dot-mix { fill: none; stroke: var(--mix); stroke-width: 1.5; }
.dot-master { fill: var(--master); }
.dot-here { fill: var(--mix); stroke: var(--sheet); stroke-width: 1.2; }
.band-outer { fill: var(--outer); }
.band-inner { fill: var(--inner); }
.median { fill: none; stroke: var(--median); stroke-width: 1.4; }
.target { stroke: var(--good); stroke-width: 1.4; stroke-dasharray: 2 4; }
.gated { fill: var(--hair); opacity: .75; }
.mark-fail, .mark-warn, .mark-info { --mark: var(--note); }
.mark-fail { --mark: var(--bad); }
.mark-warn { --mark: var(--warn); }
[class^="mark-"] rect { fill: var(--mark); }
[class^="mark-"] line { stroke: var(--mark); stroke-dasharray: 1 3; }
.plot [class^="mark-"] text { fill: var(--paper); font-weight: 700; font-size: 11px; }
.legend { list-style: none; display: flex; flex-wrap: wrap; align-content: flex-start;
  gap: 4px 18px; padding: 0;
  margin: 8px 0 0; font-size: .82rem; color: var(--soft); }
.legend li { display: flex; align-items: center; gap: 7px; }
.swatch { width: 22px; height: 0; border-top: 2px solid; flex: none;
  print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.swatch-mix { border-top: 2px dashed var(--mix); }
.swatch-master { border-top: 3px solid var(--master); }
.swatch-change { border-top: 3px solid var(--change); }
.swatch-median { border-top: 2px solid var(--median); }
.swatch-target { border-top: 2px dotted var(--good); }
.swatch-outer, .swatch-inner, .swatch-gated { height: 12px; border: 0; border-radius: 2px; }
.swatch-outer { background: var(--outer); }
.swatch-inner { background: var(--inner); }
.swatch-gated { background: var(--hair); outline: 1px solid var(--line); }
.pill { display: inline-block; border-radius: 999px; padding: 1px 10px; font-size: .8rem;
  font-weight: 600; white-space: nowrap; border: 1px solid transparent; }
.pill.taken { color: var(--good); background: var(--good-back); }
.pill.left, .pill.note { color: var(--note); background: var(--note-back); }
.pill.open { color: var(--note); border-color: currentColor; }
.pill.warn { color: var(--warn); background: var(--warn-back); }
.pill.bad { color: var(--sheet); background: var(--bad); }
.suggestions { display: grid; gap: 18px;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr)); }
.suggestion { background: var(--sheet); border: 1px solid var(--line); border-radius: 10px;
  padding: 18px 20px; break-inside: avoid; min-width: 0;
  display: flex; flex-direction: column; }
.suggestion > header { display: flex; flex-wrap: wrap; gap: 6px 12px; align-items: center;
  justify-content: space-between; margin-bottom: 8px; }
.suggestion h4 { font-size: 1.12rem; }
.broad { grid-column: 1 / -1; }
.broad .halves { display: grid; gap: 0 40px;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 360px), 1fr)); }
.halves { margin-bottom: auto; }
.halves > div { min-width: 0; }
.settings { list-style: none; margin: 10px 0; padding: 10px 14px; background: var(--hair);
  border-radius: 6px; font-weight: 600; font-size: .94rem; }
.evidence { list-style: none; padding: 0; margin: 10px 0; font-size: .9rem; }
.evidence li { padding: 4px 0; }
.standing { display: flex; gap: 10px; align-items: center; color: var(--soft); font-size: .86rem;
  line-height: 1.35; }
.ruler { flex: 0 0 120px; height: 12px; }
.rail { fill: var(--line); }
.effect { font-size: .88rem; margin: 10px 0; }
.effect th, .effect td { padding-top: 5px; padding-bottom: 5px; }
.effect tbody th { font-weight: 400; }
.notes { margin: 10px 0 12px; font-size: .9rem; }
.notes > div { display: grid; grid-template-columns: 8.5em 1fr; gap: 10px; padding: 2px 0; }
.decision { border-top: 1px solid var(--line); margin: 0; max-width: none; padding-top: 10px;
  font-size: .9rem; }
.time { color: var(--soft); white-space: nowrap; }
.findings td.t { white-space: nowrap; }
.findings .to { display: block; color: var(--soft); }
.checks { table-layout: fixed; }
.checks th:nth-child(1), .checks td:nth-child(1) { width: 100px; }
.checks .value { font-weight: 600; }
.checks thead th:nth-child(3) { width: 38%; }
.failed > * { background: var(--bad-back); border-bottom-color: var(--bad); }
.failed > td:first-child { border-left: 5px solid var(--bad); padding-left: 10px; }
.delivery + .delivery { margin-top: 44px; }
.delivery > h3 { font-size: 1.25rem; margin-top: 1em; }
details { margin: 0 0 16px; }
summary { cursor: pointer; color: var(--accent); padding: 6px 0; font-size: .92rem; }
.alone { margin: 26px 0 8px; }
.limits { padding-left: 1.2em; max-width: 72ch; }
.limits li { margin-bottom: .4em; }
footer { color: var(--soft); font-size: .86rem; padding-top: 18px; padding-bottom: 48px; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
@media (max-width: 640px) {
  main, footer { padding-left: 16px; padding-right: 16px; }
  main > header { padding-top: 32px; }
  body { font-size: 15.5px; }
  .wide { display: none; }
  .narrow { display: block; }
  table { font-size: .86rem; }
  th, td { padding-right: 8px; }
  .numbers td { font-size: .92rem; }
  .checks th:nth-child(1), .checks td:nth-child(1) { width: 88px; }
  .pill { padding: 1px 8px; font-size: .76rem; }
  .pill.taken, .pill.open { white-space: normal; }
  .ruler { flex-basis: 84px; }
  .notes > div { grid-template-columns: 7.6em 1fr; }
  .plots figure { margin-bottom: 28px; }
}
@media print {
  @page { margin: 16mm 15mm; }
  body { background: none; font-size: 10.5pt; }
  main, footer { max-width: none; padding: 0; }
  main > header { padding-top: 0; }
  .track { break-before: page; }
  .suggestions { grid-template-columns: 1fr; }
  .track > figure text { font-size: 14.5px; }
  h2, h3, h4, caption, thead { break-after: avoid; }
  tr, .medium, .state, .notice { break-inside: avoid; }
  .state, .medium, .failed > *, .pill, .notice, .settings, .plot svg, .swatch {
    print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  details::details-content { display: block; content-visibility: visible; height: auto; }
  summary { color: inherit; }
}
)css";
}

}  // namespace lacquer::report
