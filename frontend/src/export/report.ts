/**
 * Report: the view as one HTML file that opens anywhere without a network: pictures, numbers, and the points, which the
 * file can save as CSV or JSON. Pure. Every text in it is escaped, and its own policy lets nothing load.
 */

import type { Column } from "../data/segment";
import type { Note } from "../model/notes";
import { visible } from "../text";
import { jsonText } from "./csv";

export interface ReportChart {
  readonly name: string;
  /** SVG or PNG as a `data:` address. */
  readonly picture: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Lines of text below: cursors, limits, what was decimated. */
  readonly notes: readonly string[];
}

interface Report {
  readonly title: string;
  /** Lines under the title: source, stretch of time, clock. */
  readonly facts: readonly string[];
  readonly charts: readonly ReportChart[];
  readonly columns: readonly Column[];
  readonly notes: readonly Note[];
  /** POSIX seconds. */
  readonly exported: number;
}

const POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'";

const STYLE = `:root{color-scheme:light}body{font:14px/1.45 system-ui,sans-serif;font-variant-numeric:tabular-nums;margin:24px auto;padding:0 16px;max-width:1280px;color:#1a212b;background:#fff}
h1{font-size:20px;margin:0}h2{font-size:15px;margin:26px 0 6px;overflow-wrap:anywhere}p{margin:4px 0;color:#566171}img{max-width:100%;border:1px solid #d3d9e1;border-radius:6px}
table{border-collapse:collapse;margin:8px 0}th,td{padding:3px 14px 3px 0;text-align:right;border-bottom:1px solid #e3e7ec}th:first-child,td:first-child{text-align:left;overflow-wrap:anywhere}thead{color:#566171}
button{font:inherit;padding:4px 12px;margin:12px 8px 0 0}@media print{button{display:none}}`;

/** Runs inside the file, which holds the points as JSON. It writes values as text, never as markup. */
const SCRIPT = `"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
function save(text, type, name) { const link = document.createElement("a"); link.href = URL.createObjectURL(new Blob([text], { type })); link.download = name; link.click(); }
function cell(text) { text = String(text); if (/^[=+\\-@]/.test(text) && Number.isNaN(Number(text))) text = "'" + text; return /[",\\r\\n]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text; }
function columns(s) { const o = s.outline; return o ? [...["mean", "min", "max"].map((name) => ({ tag: s.tag + " " + name + " of " + o.step + " s", time: o.time, value: o[name] })), s] : [s]; }
function csv() {
  const all = data.series.flatMap(columns); const at = all.map(() => 0); const lines = [["time", ...all.map((s) => cell(s.tag))].join(",")];
  for (;;) {
    const time = Math.min(...all.map((s, i) => at[i] < s.time.length ? s.time[at[i]] : Infinity));
    if (time === Infinity) break;
    lines.push([new Date(time * 1000).toISOString(), ...all.map((s, i) => { if (s.time[at[i]] !== time) return ""; const v = s.value[at[i]++]; return v === null ? "" : s.kind === "state" && s.states ? cell(s.states[v] ?? v) : v; })].join(","));
  }
  return lines.join("\\r\\n") + "\\r\\n";
}
document.getElementById("csv").onclick = () => save(csv(), "text/csv", "mqtt-plot.csv");
document.getElementById("json").onclick = () => save(JSON.stringify(data), "application/json", "mqtt-plot.json");`;

export function reportHtml(report: Report): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>${escapeHtml(report.title)}</title><style>${STYLE}</style></head><body>
<h1>${escapeHtml(report.title)}</h1>
${report.facts.map((fact) => `<p>${escapeHtml(fact)}</p>`).join("\n")}
${report.charts.map(chartHtml).join("\n")}
<button id="csv">Save the points as CSV</button><button id="json">Save the points as JSON</button>
<script type="application/json" id="data">${scriptSafe(jsonText(report.columns, report.exported, report.notes))}</script>
<script>${SCRIPT}</script>
</body></html>
`;
}

function chartHtml({ name, picture, head, rows, notes }: ReportChart): string {
  const cells = (texts: readonly string[], tag: "td" | "th"): string =>
    `<tr>${texts.map((text) => `<${tag}>${escapeHtml(text)}</${tag}>`).join("")}</tr>`;
  return `<h2>${escapeHtml(name)}</h2>
<img alt="${escapeHtml(name)}" src="${escapeHtml(picture)}">
<table><thead>${cells(head, "th")}</thead><tbody>${rows.map((row) => cells(row, "td")).join("")}</tbody></table>
${notes.map((note) => `<p>${escapeHtml(note)}</p>`).join("\n")}`;
}

function escapeHtml(text: string): string {
  return visible(text).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}

/** JSON in which no tag name can end or begin a script. */
function scriptSafe(json: string): string {
  return json
    .replace(/</g, "\\u003c")
    .replace(/\u2028/g, "\\u2028")
    .replace(/\u2029/g, "\\u2029");
}
