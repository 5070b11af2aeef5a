import { describe, expect, it } from "vitest";

import type { Column } from "../../src/data/segment";
import { reportHtml } from "../../src/export/report";

function column(tag: string, points: readonly (readonly [number, number])[], more: Partial<Column> = {}): Column {
  return {
    tag,
    unit: "",
    kind: "number",
    states: [],
    times: points.map(([time]) => time),
    values: points.map(([, value]) => value),
    ...more,
  };
}

describe("a report", () => {
  const hostile = `</script><img src=x onerror=alert(1)>"'&`;
  const html = reportHtml({
    title: hostile,
    facts: [hostile],
    charts: [
      { name: hostile, picture: `data:image/svg+xml,"><script>`, head: ["Tag"], rows: [[hostile]], notes: [hostile] },
    ],
    columns: [column(hostile, [[1, 2]])],
    notes: [{ id: 1, time: 1, end: null, text: hostile, tags: [], author: hostile }],
    exported: 1,
  });

  it("holds names of strangers as text only", () => {
    expect([html.includes("<img src=x"), html.match(/<script/g)?.length, html.match(/<\/script>/g)?.length]).toEqual([
      false,
      2,
      2,
    ]);
  });

  it("lets nothing be loaded, and carries its points", () => {
    const data = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(html)![1]!;
    expect([
      html.includes("default-src 'none'"),
      (JSON.parse(data) as { series: { tag: string }[] }).series[0]!.tag,
    ]).toEqual([true, hostile]);
  });
});
