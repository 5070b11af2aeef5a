import { describe, expect, it } from "vitest";

import { PLAIN_STYLE } from "../../../src/model/chartStyle";
import { WallClock } from "../../../src/model/wallClock";
import type { PanelTag } from "../../../src/plot/scene";
import { spectrumPicture } from "../../../src/plot/views/spectrumPicture";

const COLOURS = { paper: "#fff", text: "#000", faint: "#777", grid: "#eee", font: "sans" };

describe("a spectrum's picture", () => {
  it.each([false, true])("has a point for each pixel at most, and every peak (logarithmic: %s)", (isLogX) => {
    const times = Float64Array.from({ length: 16_384 }, (_, index) => index / 1000);
    const values = times.map((time) => 3 * Math.sin(2 * Math.PI * 125 * time));
    const tag = { tag: "t", unit: "V", ink: { colour: "#0072b2", dash: "solid" } } as unknown as PanelTag;
    const { traces } = spectrumPicture({
      ...{ lines: [{ tag, points: { times, values }, gapSeconds: 1 }], range: { start: 0, end: 17 } },
      ...{ style: { ...PLAIN_STYLE, isLogX }, colours: COLOURS, clock: new WallClock("utc") },
      ...{ textScale: 1, width: 300, harmonic: null },
    }).figure;
    const { x, y } = traces[0]!;
    const highest = y.indexOf(Math.max(...y));
    expect([x.length <= 300, x[highest], y[highest]]).toEqual([true, expect.closeTo(125, 1), expect.closeTo(3, 2)]);
  });
});
