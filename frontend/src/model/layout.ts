/**
 * Layout: where each chart lies on a grid of `COLUMNS` columns. Pure values; every function returns new ones.
 *
 * Charts fall upwards until they meet the edge or another chart, and never overlap. The page places a chart without a
 * place: until somebody moves one, all charts tile the screen.
 */

export const COLUMNS = 12;
/** Rows on one screen; a taller layout scrolls. */
export const SCREEN_ROWS = 12;
const LEAST_WIDTH = 3;
const LEAST_HEIGHT = 3;
const MOST_ROWS = 240;

/** In cells: `x` and `y` of the upper left corner, width and height. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export interface Placed {
  readonly id: number;
  readonly place: Place;
}

interface Item {
  readonly id: number;
  readonly place: Place | null;
}

/** The place of every chart, by its id. */
export function arrange(items: readonly Item[]): Map<number, Place> {
  const placed = items.flatMap(({ id, place }) => (place === null ? [] : [{ id, place: within(place) }]));
  if (placed.length === 0) return tile(items.map(({ id }) => id));
  let settled = settle(placed, null);
  for (const { id, place } of items) {
    if (place !== null) continue;
    settled = settle([...settled, { id, place: { x: 0, y: rowsOf(settled), w: COLUMNS, h: SCREEN_ROWS / 3 } }], id);
  }
  return new Map(settled.map(({ id, place }) => [id, place]));
}

/** Up to two charts go above each other, since they share the time axis; more go into two columns, many into three. */
function tile(ids: readonly number[]): Map<number, Place> {
  const columns = ids.length <= 2 ? 1 : ids.length <= 6 ? 2 : 3;
  const rows = Math.ceil(ids.length / columns);
  const h = Math.max(LEAST_HEIGHT, Math.floor(SCREEN_ROWS / Math.max(1, rows)));
  return new Map(
    ids.map((id, index) => {
      const rest = ids.length % columns;
      // the last row is as wide as the others, however many are in it
      const w = COLUMNS / (index >= ids.length - rest ? rest : columns);
      return [id, { x: (index % columns) * w, y: Math.floor(index / columns) * h, w, h }];
    }),
  );
}

/** Puts the chart `id` in `place`; charts in its way move down. */
export function put(items: readonly Placed[], id: number, place: Place): Placed[] {
  return settle(
    items.map((item) => (item.id === id ? { id, place: within(place) } : item)),
    id,
  );
}

/** The number of rows of the layout. */
export function rowsOf(items: readonly Placed[]): number {
  return items.reduce((rows, { place }) => Math.max(rows, place.y + place.h), 0);
}

/** From the top down, each chart falls upwards; of two in one row the dragged one (`first`) goes first. */
function settle(items: readonly Placed[], first: number | null): Placed[] {
  const rank = ({ id }: Placed): number => (id === first ? 0 : 1);
  const order = [...items].sort((a, b) => a.place.y - b.place.y || rank(a) - rank(b) || a.place.x - b.place.x);
  const done: Placed[] = [];
  for (const item of order) {
    let place = item.place;
    while (isTaken(done, place)) place = { ...place, y: place.y + 1 };
    while (place.y > 0 && !isTaken(done, { ...place, y: place.y - 1 })) place = { ...place, y: place.y - 1 };
    done.push({ id: item.id, place });
  }
  return done;
}

function isTaken(items: readonly Placed[], { x, y, w, h }: Place): boolean {
  return items.some(
    ({ place }) => x < place.x + place.w && place.x < x + w && y < place.y + place.h && place.y < y + h,
  );
}

/** `place` in whole cells, of at least the minimum size, inside the grid. */
export function within({ x, y, w, h }: Place): Place {
  const width = clamp(w, LEAST_WIDTH, COLUMNS);
  return { x: clamp(x, 0, COLUMNS - width), y: clamp(y, 0, MOST_ROWS), w: width, h: clamp(h, LEAST_HEIGHT, MOST_ROWS) };
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, Number.isFinite(value) ? Math.round(value) : least));
}
