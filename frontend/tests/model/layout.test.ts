import { describe, expect, it } from "vitest";

import { dragged, nudged } from "../../src/components/gridDrag";
import { addChart, oneChart, placeChart } from "../../src/model/charts";
import { arrange, type Placed, put, rowsOf, within } from "../../src/model/layout";

const two: Placed[] = [
  { id: 1, place: { x: 0, y: 0, w: 12, h: 6 } },
  { id: 2, place: { x: 0, y: 6, w: 12, h: 6 } },
];

function overlap(items: readonly Placed[]): boolean {
  return items.some((a) =>
    items.some(
      (b) =>
        a.id < b.id &&
        a.place.x < b.place.x + b.place.w &&
        b.place.x < a.place.x + a.place.w &&
        a.place.y < b.place.y + b.place.h &&
        b.place.y < a.place.y + a.place.h,
    ),
  );
}

describe("charts that nobody has moved", () => {
  it("fill the screen alone, lie above each other as two, and side by side as four", () => {
    const layout = (count: number) =>
      [...arrange(Array.from({ length: count }, (_, id) => ({ id, place: null }))).values()].map(({ x, y, w, h }) => [
        x,
        y,
        w,
        h,
      ]);
    expect([layout(1), layout(2), layout(4)]).toEqual([
      [[0, 0, 12, 12]],
      [
        [0, 0, 12, 6],
        [0, 6, 12, 6],
      ],
      [
        [0, 0, 6, 6],
        [6, 0, 6, 6],
        [0, 6, 6, 6],
        [6, 6, 6, 6],
      ],
    ]);
  });

  it("fill the last row too", () => {
    const places = [...arrange(Array.from({ length: 8 }, (_, id) => ({ id, place: null }))).values()];
    expect(places.slice(5).map(({ x, w }) => [x, w])).toEqual([
      [8, 4],
      [0, 6],
      [6, 6],
    ]);
  });

  it("never overlap, however many there are", () => {
    for (let count = 1; count <= 24; count++) {
      const places = arrange(Array.from({ length: count }, (_, id) => ({ id, place: null })));
      expect(overlap([...places].map(([id, place]) => ({ id, place })))).toEqual(false);
    }
  });
});

describe("a chart that is moved", () => {
  it("changes places with the one it is put upon", () => {
    expect(put(two, 2, { x: 0, y: 0, w: 12, h: 6 }).map(({ id, place }) => [id, place.y])).toEqual([
      [2, 0],
      [1, 6],
    ]);
  });

  it("falls up to where it is stopped", () => {
    expect(put(two, 2, { x: 0, y: 40, w: 6, h: 4 })[1]).toEqual({ id: 2, place: { x: 0, y: 6, w: 6, h: 4 } });
  });

  it("pushes down what it grows over", () => {
    const after = put(two, 1, { x: 0, y: 0, w: 12, h: 9 });
    expect([overlap(after), rowsOf(after)]).toEqual([false, 15]);
  });

  it("stays on the grid and large enough to be seen, whatever it is asked", () => {
    expect(within({ x: -3, y: NaN, w: 99, h: 0 })).toEqual({ x: 0, y: 0, w: 12, h: 3 });
  });

  it("by arrow keys goes past its neighbour, with shift it grows", () => {
    const place = { x: 0, y: 0, w: 6, h: 6 };
    expect([nudged(place, "ArrowDown", false), nudged(place, "ArrowRight", true), nudged(place, "a", false)]).toEqual([
      { x: 0, y: 7, w: 6, h: 6 },
      { x: 0, y: 0, w: 7, h: 6 },
      null,
    ]);
    expect(dragged(place, "move", 2, 1)).toEqual({ x: 2, y: 1, w: 6, h: 6 });
  });

  it("gives every chart a place of its own, and the next new one comes below", () => {
    const moved = placeChart(addChart(oneChart(["a"]), "", ["b"]), 2, { x: 6, y: 0, w: 6, h: 6 });
    const places = arrange(addChart(moved, "", ["c"]));
    expect([moved.every(({ place }) => place !== null), places.get(3)]).toEqual([true, { x: 0, y: 12, w: 12, h: 4 }]);
  });
});
