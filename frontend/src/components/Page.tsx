/** Page: the whole of it: top row, tags, charts. */

import { Banners } from "./Banners";
import { ChartGrid } from "./ChartGrid";
import { Drawer } from "./drawer/Drawer";
import { EventStrip } from "./drawer/LimitPanel";
import { Help } from "./Help";
import { ReplayPanel } from "./ReplayPanel";
import { TagPanel } from "./TagPanel";
import { TopBar } from "./TopBar";

export function Page() {
  return (
    <>
      <TopBar />
      <Banners />
      <ReplayPanel />
      <main class="main">
        <TagPanel />
        <ChartGrid />
        <Drawer />
      </main>
      <EventStrip />
      <Help />
    </>
  );
}
