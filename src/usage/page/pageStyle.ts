/** What the charts and tables look like, beside what every page has. High contrast has no orange, and gets one that is seen on both. */
export const pageStyle = `
/* What is further down is laid out when it comes into sight: the figures at the top are not to wait for it. */
section:not(.cards) { content-visibility: auto; contain-intrinsic-size: auto 320px; padding: 0 4px; margin: 0 -4px; }
header { gap: 0 8px; margin-bottom: 12px; }
header .buttons { display: flex; flex-wrap: wrap; gap: 6px; }
header button { margin-left: 0; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(230px, 50% - 5px), 1fr)); gap: 10px; margin-top: 8px; }
.card { border: 1px solid var(--vscode-contrastBorder, var(--vscode-widget-border, transparent)); background: var(--vscode-editorWidget-background); border-radius: 6px; padding: 10px 14px; }
.card h2 { margin: 0; font-size: 1em; font-weight: 400; color: var(--vscode-descriptionForeground); }
.card p { margin: 0; text-wrap: balance; color: var(--vscode-descriptionForeground); }
.card .figure { font-size: 1.5em; font-weight: 600; margin: 4px 0; color: var(--vscode-foreground); }
svg { width: 100%; display: block; }
svg line { stroke: var(--vscode-editorWidget-border, var(--vscode-contrastBorder, currentColor)); stroke-width: 0.5; opacity: 0.6; }
svg text { fill: var(--vscode-descriptionForeground); font-size: 10px; text-anchor: middle; }
svg text.beside, svg text.end { text-anchor: end; }
svg text.start { text-anchor: start; }
svg polyline { fill: none; stroke: var(--vscode-charts-blue); stroke-width: 1.5; }
svg polyline.ahead { stroke-dasharray: 4 3; stroke: var(--vscode-charts-orange, #c7781f); }
svg.heat { max-width: 720px; }
@media (max-width: 560px) { svg:not(.heat) text { font-size: 17px; } svg.heat text { font-size: 15px; } }
.series-0 { fill: var(--vscode-charts-blue); background: var(--vscode-charts-blue); }
.series-1 { fill: var(--vscode-charts-orange, #c7781f); background: var(--vscode-charts-orange, #c7781f); }
.series-2 { fill: var(--vscode-charts-green); background: var(--vscode-charts-green); }
.series-3 { fill: var(--vscode-charts-purple); background: var(--vscode-charts-purple); }
.series-4 { fill: var(--vscode-charts-red); background: var(--vscode-charts-red); }
.series-5 { fill: var(--vscode-charts-yellow); background: var(--vscode-charts-yellow); }
.series-6 { fill: var(--vscode-descriptionForeground); background: var(--vscode-descriptionForeground); }
svg rect[class^="series"] { stroke: var(--vscode-contrastBorder, transparent); stroke-width: 0.5; }
.heat-0 { fill: var(--vscode-editorWidget-background); stroke: var(--vscode-widget-border, var(--vscode-contrastBorder, transparent)); stroke-width: 0.5; }
.heat-1, .heat-2, .heat-3, .heat-4 { fill: var(--vscode-charts-green); }
.heat-1 { opacity: 0.3; } .heat-2 { opacity: 0.5; } .heat-3 { opacity: 0.75; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 16px; list-style: none; padding: 0; margin: 8px 0; }
.swatch { display: inline-block; width: 10px; height: 10px; border-radius: 2px; margin-right: 6px; }
.switch label { margin-right: 14px; }
.switch input { accent-color: var(--vscode-focusBorder); }
.of-months { display: none; }
.by-day:has(.months:checked) .of-days { display: none; }
.by-day:has(.months:checked) .of-months { display: block; }
details { margin-top: 6px; }
summary { cursor: pointer; color: var(--vscode-textLink-foreground); }
.scroll { overflow: auto; } .scroll.tall { max-height: 420px; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: 4px 8px; text-align: right; white-space: nowrap; }
th:first-child, td.words, .requests th:nth-child(-n + 5) { text-align: left; } td.bar { width: 120px; } .totals th:nth-child(2) { text-align: left; }
tbody th { font-weight: 400; } thead th { font-weight: 600; position: sticky; top: 0; background: var(--vscode-editor-background); }
tbody tr { border-top: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder, transparent)); }
td.bar svg { height: 8px; }
`;
