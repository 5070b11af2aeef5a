/** Comparison traces: lines of tags at another time, an earlier window or a cycle, as plotly's traces. Pure. */

import type { Colours } from "./colours";
import type { PlotTrace } from "./plotly";
import type { Line } from "./scene";

/** `own`: the trace that the line would have as the tag's own. */
export function copyTraces(line: Line, own: PlotTrace, colours: Colours): PlotTrace[] {
  if (line.copy === undefined) return [own];
  const { key, opacity, width, label } = line.copy;
  const uid = own.uid + key;
  const copy: PlotTrace = {
    ...own,
    uid,
    opacity,
    mode: own.mode === "markers" ? "markers" : "lines",
    line: { ...own.line, width },
    showlegend: false,
  };
  return label === "" ? [copy] : [copy, peakLabel(copy, `${uid}-label`, label, colours)];
}

/** Written above the line's highest point. */
function peakLabel(trace: PlotTrace, uid: string, label: string, colours: Colours): PlotTrace {
  const peak = trace.y.reduce(
    (best, value, index) => (value > trace.y[best]! || Number.isNaN(trace.y[best]!) ? index : best),
    0,
  );
  const at = { x: trace.x.subarray(peak, peak + 1), y: trace.y.subarray(peak, peak + 1) };
  return {
    ...trace,
    uid,
    ...at,
    mode: "text",
    text: [label],
    textposition: "top center",
    textfont: { family: colours.font, size: 12, color: colours.text },
    cliponaxis: false,
  };
}
