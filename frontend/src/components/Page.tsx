/** Page: the whole of it, top row, tags and charts. */

import { Banners } from "./Banners";
import { ChartCard } from "./ChartCard";
import { useApp } from "./context";
import { Drawer } from "./Drawer";
import { Help } from "./Help";
import { ReplayPanel } from "./ReplayPanel";
import { TagPanel } from "./TagPanel";
import { TopBar } from "./TopBar";
import { Welcome } from "./Welcome";

export function Page() {
  return (
    <>
      <TopBar />
      <Banners />
      <ReplayPanel />
      <main class="main">
        <TagPanel />
        <Charts />
        <Drawer />
      </main>
      <Help />
    </>
  );
}

function Charts() {
  const app = useApp();
  void app.state.tagsRevision.value;
  const isEmpty = app.session.directory.size === 0 && app.state.drawn.value.length === 0;
  return (
    <div class="charts">
      {isEmpty ? <Welcome /> : app.state.charts.value.map((chart) => <ChartCard key={chart.id} chart={chart} />)}
    </div>
  );
}
