import { describe, expect, it } from "vitest";

import { PLAIN_STYLE } from "../../../src/model/chartStyle";
import { WallClock } from "../../../src/model/wallClock";
import type { PanelTag } from "../../../src/plot/scene";
import type { ViewLine } from "../../../src/plot/views/viewLayout";
import { xyPicture } from "../../../src/plot/views/xyPicture";

const COLOURS = { paper: "#fff", text: "#000", faint: "#777", grid: "#eee", font: "sans" };

function line(tag: string, ...values: readonly number[]): ViewLine {
  const known = { tag, unit: "V", ink: { colour: "#0072b2", dash: "solid" }, decimals: () => 1 };
  const times = Float64Array.from(values, (_, index) => 60 * index);
  return { tag: known as unknown as PanelTag, points: { times, values: Float64Array.from(values) }, gapSeconds: 100 };
}

function picture(...lines: readonly ViewLine[]) {
  const clock = new WallClock("utc");
  const range = { start: 0, end: 1000 };
  return xyPicture({
    ...{ lines, range, clock, style: PLAIN_STYLE, colours: COLOURS, textScale: 1, width: 400, harmonic: null },
  });
}

describe("one tag over another", () => {
  it("has points in the colour of their time, with a bar that names the first and the last, on any paper", () => {
    const { traces } = picture(line("x", 1, 2, 3), line("y", 4, 5, 6)).figure;
    expect(traces[0]!.marker).toMatchObject({
      ...{ color: Float64Array.of(0, 60, 120), cmin: 0, cmax: 120, showscale: true },
      colorbar: { tickvals: [0, 120], ticktext: ["00:00:00", "00:02:00"] },
    });
  });

  it("has one bar for several tags, which differ by the form of their points", () => {
    const { traces } = picture(line("x", 1, 2, 3), line("y", 4, 5, 6), line("z", 7, 8, 9)).figure;
    const points = traces.filter(({ name }) => name !== "newest");
    expect(points.map(({ marker }) => [marker?.showscale, marker?.symbol])).toEqual([
      [true, "circle"],
      [false, "square"],
    ]);
  });

  it("names each tag, and its newest pair with the decimals that are sent", () => {
    const { table } = picture(line("x", 1, 2, 3), line("y", 4, 5.25, 6));
    expect(table.rows.map(({ cells }) => cells)).toEqual([["y", "3", "3.0 V", "6.0 V"]]);
  });
});
