/**
 * Frames: the binary half of the protocol, data frames of `docs/protocol.md` to columns. Knows nothing of sockets, of
 * what is held or drawn. (`messages.ts` is the JSON half; they share nothing but `WireError`.)
 *
 * Times are POSIX seconds (UTC) as float64. Data columns are views of the received buffer: to keep them longer than one
 * call, copy them.
 */

export const PROTOCOL = 1;

export const SNAPSHOT = 1;
export const DECIMATED = 2;
export const LOST = 8;
const OUTLINE = 16;

export const RETAINED = 1;

const MORE = 1;

const HEADER_BYTES = 24;
const BLOCK_BYTES = 32;
const ROW_BYTES = 48;

/** A frame that breaks the protocol. Its message says what was expected and what came. */
export class WireError extends Error {}

export interface Block {
  readonly series: number;
  readonly flags: number;
  /** How many raw points these stand for. */
  readonly raw: number;
  readonly first: number;
  readonly next: number;
  readonly times: Float64Array;
  readonly values: Float64Array;
  /** Only in outline, where points are the lowest and highest of buckets: their means; the values where they are points. */
  readonly means?: Float64Array;
}

/** The rows of a table frame as columns; row `i` is the `i`th entry of each. */
export interface Table {
  readonly count: number;
  /** The next table frame goes on with what this one tells. */
  readonly more: boolean;
  readonly series: Uint32Array;
  readonly flags: Uint32Array;
  readonly time: Float64Array;
  readonly value: Float64Array;
  readonly arrival: Float64Array;
  readonly rate: Float32Array;
  readonly bytesRate: Float32Array;
  readonly interval: Float32Array;
  readonly offset: Float32Array;
}

export type Frame =
  | { readonly kind: "data"; readonly time: number; readonly blocks: readonly Block[] }
  | { readonly kind: "range"; readonly time: number; readonly request: number; readonly blocks: readonly Block[] }
  | { readonly kind: "table"; readonly time: number; readonly table: Table };

/** Binary message to frame. Throws `WireError` if it is cut short, of another version or of an unknown kind. */
export function decodeFrame(buffer: ArrayBuffer): Frame {
  if (buffer.byteLength < HEADER_BYTES)
    throw new WireError(`expected a ${HEADER_BYTES}-byte header, got ${buffer.byteLength} bytes`);
  const view = new DataView(buffer);
  const version = view.getUint8(1);
  if (version !== PROTOCOL) throw new WireError(`expected protocol version ${PROTOCOL}, got ${version}`);
  const count = view.getUint32(4, true);
  const time = view.getFloat64(8, true);
  const kind = view.getUint8(0);
  switch (kind) {
    case 1:
      return { kind: "data", time, blocks: decodeBlocks(view, count) };
    case 2:
      return { kind: "table", time, table: decodeTable(view, count) };
    case 3:
      return { kind: "range", time, request: view.getUint32(16, true), blocks: decodeBlocks(view, count) };
    default:
      throw new WireError(`expected frame kind 1, 2 or 3, got ${kind}`);
  }
}

function decodeBlocks(view: DataView, count: number): Block[] {
  const blocks: Block[] = [];
  let at = HEADER_BYTES;
  for (let index = 0; index < count; index++) {
    requireBytes(view, at + BLOCK_BYTES, `header of block ${index}`);
    const points = view.getUint32(at + 4, true);
    const times = at + BLOCK_BYTES;
    const values = times + 8 * points;
    const flags = view.getUint32(at + 8, true);
    const end = values + (flags & OUTLINE ? 16 : 8) * points;
    requireBytes(view, end, `${points} points of block ${index}`);
    blocks.push({
      series: view.getUint32(at, true),
      flags,
      raw: view.getUint32(at + 12, true),
      first: view.getFloat64(at + 16, true),
      next: view.getFloat64(at + 24, true),
      times: doubles(view, times, points),
      values: doubles(view, values, points),
      ...(flags & OUTLINE ? { means: doubles(view, values + 8 * points, points) } : {}),
    });
    at = end;
  }
  return blocks;
}

const IS_LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

function doubles(view: DataView, at: number, count: number): Float64Array {
  if (IS_LITTLE_ENDIAN) return new Float64Array(view.buffer, at, count);
  return Float64Array.from({ length: count }, (_, index) => view.getFloat64(at + 8 * index, true));
}

function decodeTable(view: DataView, count: number): Table {
  requireBytes(view, HEADER_BYTES + ROW_BYTES * count, `${count} rows`);
  const table = {
    count,
    more: (view.getUint16(2, true) & MORE) !== 0,
    series: new Uint32Array(count),
    flags: new Uint32Array(count),
    time: new Float64Array(count),
    value: new Float64Array(count),
    arrival: new Float64Array(count),
    rate: new Float32Array(count),
    bytesRate: new Float32Array(count),
    interval: new Float32Array(count),
    offset: new Float32Array(count),
  };
  for (let row = 0; row < count; row++) {
    const at = HEADER_BYTES + ROW_BYTES * row;
    table.series[row] = view.getUint32(at, true);
    table.flags[row] = view.getUint32(at + 4, true);
    table.time[row] = view.getFloat64(at + 8, true);
    table.value[row] = view.getFloat64(at + 16, true);
    table.arrival[row] = view.getFloat64(at + 24, true);
    table.rate[row] = view.getFloat32(at + 32, true);
    table.bytesRate[row] = view.getFloat32(at + 36, true);
    table.interval[row] = view.getFloat32(at + 40, true);
    table.offset[row] = view.getFloat32(at + 44, true);
  }
  return table;
}

function requireBytes(view: DataView, end: number, what: string): void {
  if (end > view.byteLength) throw new WireError(`expected ${end} bytes for the ${what}, got ${view.byteLength}`);
}
