/** Copies: lines of tags at another time, an earlier window or a cycle, as plotly's traces. Pure. */

import type { Line, Skin } from "./figure";
import type { PlotTrace } from "./plotly";
import { plotlyTemplateText } from "./text";

/** How a line differs from the tag's own. */
export interface Copy {
  /** Goes behind the tag's own name for plotly; letters, digits and hyphens. */
  readonly key: string;
  readonly opacity: number;
  readonly width: number;
  /** What hovering says; empty = nothing. */
  readonly words: string;
  /** Written at its highest point; empty = nothing. */
  readonly label: string;
}

/** `own`: the trace as it would be, were the line the tag's own. */
export function copyTraces(line: Line, own: PlotTrace, skin: Skin): PlotTrace[] {
  if (line.copy === undefined) return [own];
  const { key, opacity, width, label } = line.copy;
  const uid = own.uid + key;
  const { text: _, ...plain } = own;
  const copy: PlotTrace = { ...plain, ...hover(line.tag, line.copy), uid, opacity, mode: own.mode === "markers" ? "markers" : "lines", line: { ...own.line, width }, showlegend: false };
  return label === "" ? [copy] : [copy, peakLabel(copy, `${uid}-label`, label, skin)];
}

function hover(tag: string, { words }: Copy): Pick<PlotTrace, "hoverinfo" | "hovertemplate"> {
  if (words === "") return { hoverinfo: "skip", hovertemplate: "" };
  return { hovertemplate: `%{y:.6~g} ${plotlyTemplateText(words)}<extra>${plotlyTemplateText(tag)}</extra>` };
}

/** Written above the line's highest point. */
function peakLabel(trace: PlotTrace, uid: string, label: string, skin: Skin): PlotTrace {
  const peak = trace.y.reduce((best, value, index) => (value > trace.y[best]! || Number.isNaN(trace.y[best]!) ? index : best), 0);
  const at = { x: trace.x.subarray(peak, peak + 1), y: trace.y.subarray(peak, peak + 1) };
  return { ...trace, uid, ...at, mode: "text", text: [label], textposition: "top center", textfont: { family: skin.font, size: 12, color: skin.text }, cliponaxis: false, hoverinfo: "skip", hovertemplate: "" };
}
