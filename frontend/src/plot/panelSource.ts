/** Panel source: what a chart on the page draws from, and what the page asks of it, however it shows its tags. */

import type { ReadonlySignal } from "@preact/signals";

import type { Range } from "../data/segment";
import type { ChartStyle, Ends } from "../model/chartStyle";
import type { CursorName } from "../model/cursors";
import type { HistoryEnd } from "../model/history";
import type { LegacyStyle } from "../model/legacyStyle";
import type { Note } from "../model/notes";
import type { TriggerLevel } from "../model/trigger";
import type { WallClock } from "../model/wallClock";
import type { Colours } from "./colours";
import type { LegendRow } from "./legend";
import type { PictureLines } from "./lines";
import type { OverlayInstants } from "./overlay";
import type { PanelTag } from "./scene";
import type { Drawable } from "./scheduler";

export interface PanelSource {
  tags(): readonly PanelTag[];
  /** Any tag, also one that is not on the chart. */
  tag(name: string): PanelTag;
  style(): ChartStyle;
  /** The notes on this stretch, for the chart's tags. */
  notes(range: Range): readonly Note[];
  /** Where the history of the chart's tags begins or ended, on this stretch. */
  historyEnds(range: Range): readonly HistoryEnd[];
  instants(): OverlayInstants;
  range(): Range;
  /** Whether the right edge follows the clock. */
  isLive(): boolean;
  /** Whether the left edge follows too. */
  isSliding(): boolean;
  /** How much larger texts are than on a desk. */
  textScale(): number;
  /** Whether the picture tells date and clock itself; of several charts the page tells them once. */
  hasDate(): boolean;
  /** How to draw as the older replay program did; `null` = as usual. */
  legacyStyle(): LegacyStyle | null;
  /** The server's clock. */
  now(): number;
  /** Milliseconds for which first points may still be on their way; 0 or less = none are. */
  waitsFor(): number;
  colours(): Colours;
  /** The clock that times follow. */
  clock(): WallClock;
  zoomed(range: Range): void;
  reset(): void;
  /** Fixes the ends of the axis that is kept by `key`; `null` = it follows its data again. */
  rescaled(key: string, ends: Ends | null): void;
  /** `isMoved`: by the hand; else the picture slid below a mouse that stands still. */
  hovered(time: number | null, isMoved: boolean): void;
  cursorMoved(name: CursorName, time: number): void;
  /** A finger has rested on this instant. */
  pressed(time: number): void;
  /** What triggers wait for, of the chart's tags. */
  levels(): readonly TriggerLevel[];
  levelMoved(id: number, value: number): void;
  /** Whether a hand draws a selection on the panel now. */
  held(isHeld: boolean): void;
  /** The panel should be drawn again. */
  changed(): void;
}

/** What the panel shows now. */
export type PanelSummary = Pick<PictureLines, "given" | "drawn" | "isDecimated" | "outline" | "empty" | "cycles">;

export const NOTHING: PanelSummary = { given: 0, drawn: 0, isDecimated: false, outline: 0, empty: [], cycles: null };

/** What the page asks of a chart, however it shows its tags. */
export interface CardPanel extends Drawable {
  readonly element: HTMLElement;
  readonly summary: ReadonlySignal<PanelSummary>;
  readonly legend: ReadonlySignal<readonly LegendRow[]>;
  /** As a `data:` address; `undefined` before the first one. */
  picture(format: "png" | "svg"): Promise<string | undefined>;
  point(isMoved: boolean): void;
  drawNow(): void;
  destroy(): void;
}
