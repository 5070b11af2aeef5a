/** Charts: what a person does to the charts. Changes the state, and nothing else. */

import { batch, computed } from "@preact/signals";

import { type ChartStyle, withFixed } from "../model/chartStyle";
import {
  addChart,
  addTag,
  type Chart,
  type ChartList,
  changeChart,
  chartNames,
  dropTag,
  MOST_CHARTS,
  MOST_TAGS,
  placeChart,
  removeChart,
} from "../model/charts";
import type { Place } from "../model/layout";
import type { State } from "../state";

export class Charts {
  /** What each chart is called, by its id. */
  readonly names = computed(() => chartNames(this.state.charts.value));

  constructor(
    private readonly state: State,
    private readonly notify: (text: string) => void,
  ) {}

  /** Puts the tag on the active chart, or takes it off every chart. */
  toggleTag(tag: string): void {
    const { charts, drawn } = this.state;
    if (drawn.value.includes(tag)) this.#change(dropTag(charts.value, tag));
    else this.addTag(this.#active(), tag);
  }

  /** Puts those tags on the active chart that are on none, or takes all off if every one is drawn. */
  toggleTags(tags: readonly string[]): void {
    const { charts, drawn } = this.state;
    const missing = tags.filter((tag) => !drawn.value.includes(tag));
    const id = this.#active();
    const room = MOST_TAGS - (this.find(id)?.tags.length ?? 0);
    if (missing.length > room)
      this.notify(`A chart shows at most ${MOST_TAGS} tags; ${missing.length - room} of the group are left out.`);
    const change = (list: ChartList, tag: string): ChartList =>
      missing.length === 0 ? dropTag(list, tag) : addTag(list, id, tag);
    this.#change((missing.length === 0 ? tags : missing).reduce(change, charts.value));
  }

  addTag(id: number, tag: string): void {
    const chart = this.find(id);
    if (chart === undefined || chart.tags.includes(tag)) return;
    if (chart.tags.length >= MOST_TAGS) this.notify(`A chart shows at most ${MOST_TAGS} tags.`);
    batch(() => {
      this.#change(addTag(this.state.charts.value, id, tag));
      this.state.activeChart.value = id;
    });
  }

  dropTag(id: number, tag: string): void {
    this.#change(dropTag(this.state.charts.value, tag, id));
  }

  clearTags(): void {
    this.#change(this.state.charts.value.map((chart) => ({ ...chart, tags: [] })));
  }

  /** Adds a chart. Check boxes add to it from now on. */
  addChart(tags: readonly string[] = []): void {
    const { charts, activeChart } = this.state;
    const after = addChart(charts.value, "", tags);
    if (after === charts.value) {
      this.notify(`A page shows at most ${MOST_CHARTS} charts.`);
      return;
    }
    batch(() => {
      this.#change(after);
      activeChart.value = after[after.length - 1]!.id;
    });
  }

  /** Adds a chart of `tags` beside the charts that are not empty, unless all of the tags are drawn already. */
  showTags(title: string, tags: readonly string[]): void {
    const { charts, drawn, isChosen, activeChart } = this.state;
    if (tags.length === 0 || tags.every((tag) => drawn.value.includes(tag))) return;
    const kept = isChosen.value ? charts.value.filter((chart) => chart.tags.length > 0) : [];
    const after = addChart(kept, title, tags);
    batch(() => {
      this.#change(after);
      activeChart.value = after[after.length - 1]!.id;
    });
  }

  /** Shows this chart and no other. */
  showOnly(chart: Chart): void {
    batch(() => {
      this.#change([chart]);
      this.state.activeChart.value = chart.id;
    });
  }

  removeChart(id: number): void {
    batch(() => {
      this.#change(removeChart(this.state.charts.value, id));
      this.state.activeChart.value = this.#active();
    });
  }

  activate(id: number): void {
    this.state.activeChart.value = id;
  }

  rename(id: number, title: string): void {
    this.#change(changeChart(this.state.charts.value, id, { title }));
  }

  restyle(id: number, style: ChartStyle): void {
    this.#change(changeChart(this.state.charts.value, id, { style }));
  }

  /** Fixes a value axis of a chart, or lets it follow its data again. */
  rescale(id: number, key: string, ends: readonly [number, number] | null): void {
    const chart = this.find(id);
    if (chart !== undefined) this.restyle(id, withFixed(chart.style, key, ends));
  }

  /** Puts a chart in a place. `from` is the layout before the drag began, so that charts that gave way come back. */
  place(id: number, place: Place, from: ChartList = this.state.charts.value): void {
    this.#change(placeChart(from, id, place));
  }

  /** Puts all charts back in their default places. */
  tidy(): void {
    this.#change(this.state.charts.value.map((chart) => ({ ...chart, place: null })));
  }

  find(id: number): Chart | undefined {
    return this.state.charts.peek().find((chart) => chart.id === id);
  }

  /** The chart that check boxes add to; the first one when that chart is gone. */
  #active(): number {
    const { charts, activeChart } = this.state;
    return (charts.value.find(({ id }) => id === activeChart.value) ?? charts.value[0]!).id;
  }

  #change(charts: ChartList): void {
    batch(() => {
      this.state.isChosen.value = true;
      this.state.charts.value = charts;
    });
  }
}
