/** The report's whole style sheet: light and dark by the reader's wish, one column on a phone, plain on paper. */
export const styleSheet = `
:root { color-scheme: light dark;
  --ground: #f6f7f9; --card: #ffffff; --ink: #1b1f24; --muted: #5b6470; --line: #dfe3e8; --accent: #0b62c4;
  --good: #1a7f37; --bad: #c4281c; --good-ground: #e3f4e7; --bad-ground: #fbe6e4; --best: #eaf2fd;
  --run0: #0b62c4; --run1: #d9580d; --run2: #1a7f37; --run3: #8b3fb4; --run4: #b3261e; --run5: #0d7f86; }
@media (prefers-color-scheme: dark) { :root {
  --ground: #101316; --card: #191d22; --ink: #e7eaee; --muted: #9aa5b1; --line: #2d343c; --accent: #6fb0ff;
  --good: #63cf80; --bad: #ff8a7e; --good-ground: #16301d; --bad-ground: #3a1a17; --best: #17283d;
  --run0: #6fb0ff; --run1: #ff9e5c; --run2: #63cf80; --run3: #cf9bf0; --run4: #ff8a7e; --run5: #58ccd3; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "DejaVu Sans", sans-serif; }
main { max-width: 1160px; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .3rem; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 2.4rem 0 .8rem; }
h3 { font-size: 1rem; margin: 1.5rem 0 .2rem; }
p { margin: .2rem 0 .8rem; }
.quiet { color: var(--muted); }
.small { font-size: .875rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1rem; }
.grid { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 330px), 1fr)); }
.charts { grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr)); }
.scroll { overflow-x: auto; padding: .3rem .9rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: .5rem .6rem; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; }
tr:last-child > * { border-bottom: 0; }
th { font-weight: 600; color: var(--muted); font-size: .875rem; }
th:first-child, td:first-child { text-align: left; padding-left: .2rem; }
tbody th { color: var(--ink); font-size: 1rem; }
tr > :first-child { position: sticky; left: 0; background: var(--card); }
td.best { background: var(--best); font-weight: 650; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: 0; }
dt { color: var(--muted); }
dd { margin: 0; overflow-wrap: anywhere; }
details { margin-top: .8rem; }
summary { cursor: pointer; color: var(--accent); }
.dot { display: inline-block; width: .8em; height: .8em; border-radius: 50%; margin-right: .45em; vertical-align: -.05em; }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; margin-bottom: .6rem; }
figure { margin: 0; }
figcaption { font-weight: 600; margin-bottom: .3rem; }
figure svg { display: block; width: 100%; height: auto; }
.gallery { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 500px), 1fr)); }
.item header { display: flex; flex-wrap: wrap; gap: .2rem .7rem; align-items: baseline; margin-bottom: .6rem; }
.item header b { overflow-wrap: anywhere; }
.chip { border-radius: 99px; padding: .05rem .6rem; font-size: .8125rem; font-weight: 600; margin-left: auto; }
.chip.good { color: var(--good); background: var(--good-ground); }
.chip.bad { color: var(--bad); background: var(--bad-ground); }
.pictures { display: grid; grid-template-columns: repeat(4, 1fr); gap: .5rem; }
.pictures img, .pictures .none { width: 100%; aspect-ratio: 1; object-fit: contain; border-radius: 6px; background: var(--ground); display: block; }
.pictures .none { display: grid; place-items: center; background: var(--ground); border: 1px dashed var(--line);
  color: var(--muted); font-size: .8125rem; text-align: center; padding: .3rem; }
.pictures span { display: block; font-size: .8125rem; color: var(--muted); margin-top: .2rem; text-align: center; }
.explanation { margin: .6rem 0 0; }
.matches { margin-top: .8rem; border-top: 1px solid var(--line); padding-top: .6rem; display: grid; gap: .6rem; }
.matches > p { margin: 0; }
.match { display: grid; grid-template-columns: 92px 92px minmax(0, 1fr); gap: .5rem; align-items: center; line-height: 1.4; }
.match > div { padding-left: .5rem; }
.match .quiet { display: block; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.marked { position: relative; line-height: 0; }
.marked img { width: 92px; height: 92px; border-radius: 6px; }
.marked i { position: absolute; border: 2px solid #fff; outline: 1px solid #000; border-radius: 2px; }
.scale { display: inline-block; width: 7rem; height: .7rem; border-radius: 3px; vertical-align: -.05rem; margin: 0 .4rem; }
footer { margin-top: 3rem; color: var(--muted); font-size: .875rem; border-top: 1px solid var(--line); padding-top: 1rem; }
@media (max-width: 560px) { .pictures { grid-template-columns: repeat(2, 1fr); } dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: .4rem; } h1 { font-size: 1.4rem; } th, td { padding: .45rem .4rem; } }
@media print { body { background: #fff; } .card { break-inside: avoid; } }
`;
