/** Page: the whole of it: top row, tags, charts. */

import { Banners } from "./Banners";
import { ChartGrid } from "./ChartGrid";
import { Drawer } from "./drawer/Drawer";
import { EventStrip } from "./drawer/LimitPanel";
import { Help } from "./Help";
import { OverviewStrip } from "./overview/Overview";
import { ReplayPanel } from "./ReplayPanel";
import { TagPanel } from "./TagPanel";
import { TopBar } from "./TopBar";
import { UploadDialog } from "./upload/UploadDialog";

export function Page() {
  return (
    <>
      <TopBar />
      <Banners />
      <ReplayPanel />
      <main class="main">
        <TagPanel />
        <div class="stage">
          <ChartGrid />
          <OverviewStrip />
        </div>
        <Drawer />
      </main>
      <EventStrip />
      <Help />
      <UploadDialog />
    </>
  );
}
