/** Builders of data frames, packed from `docs/protocol.md` alone. */

export interface BlockSpec {
  readonly series?: number;
  readonly flags?: number;
  readonly raw?: number;
  readonly first?: number;
  readonly next?: number;
  readonly points: readonly (readonly [time: number, value: number])[];
}

export function frameBytes(kind: number, blocks: readonly BlockSpec[], request = 0, time = 1000): ArrayBuffer {
  const size = 24 + blocks.reduce((sum, { points }) => sum + 32 + 16 * points.length, 0);
  const view = new DataView(new ArrayBuffer(size));
  header(view, kind, blocks.length, time, request);
  let at = 24;
  for (const { series = 7, flags = 0, points, first = 0, raw = points.length, next = first + raw } of blocks) {
    view.setUint32(at, series, true);
    view.setUint32(at + 4, points.length, true);
    view.setUint32(at + 8, flags, true);
    view.setUint32(at + 12, raw, true);
    view.setFloat64(at + 16, first, true);
    view.setFloat64(at + 24, next, true);
    for (const [index, [time, value]] of points.entries()) {
      view.setFloat64(at + 32 + 8 * index, time, true);
      view.setFloat64(at + 32 + 8 * (points.length + index), value, true);
    }
    at += 32 + 16 * points.length;
  }
  return view.buffer;
}

function header(view: DataView, kind: number, count: number, time: number, request: number): void {
  view.setUint8(0, kind);
  view.setUint8(1, 1);
  view.setUint32(4, count, true);
  view.setFloat64(8, time, true);
  view.setUint32(16, request, true);
}

export interface RowSpec {
  readonly series: number;
  readonly flags?: number;
  readonly value?: number;
  readonly arrival?: number;
  readonly rate?: number;
  readonly interval?: number;
}

export function tableBytes(rows: readonly RowSpec[], time = 1000, hasMore = false): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(24 + 48 * rows.length));
  header(view, 2, rows.length, time, 0);
  view.setUint16(2, hasMore ? 1 : 0, true);
  rows.forEach(({ series, flags = 0, value = 1, arrival = 999, rate = 1, interval = 1 }, row) => {
    const at = 24 + 48 * row;
    view.setUint32(at, series, true);
    view.setUint32(at + 4, flags, true);
    view.setFloat64(at + 8, arrival, true);
    view.setFloat64(at + 16, value, true);
    view.setFloat64(at + 24, arrival, true);
    view.setFloat32(at + 32, rate, true);
    view.setFloat32(at + 36, 0, true);
    view.setFloat32(at + 40, interval, true);
    view.setFloat32(at + 44, NaN, true);
  });
  return view.buffer;
}
