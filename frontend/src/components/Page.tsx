/** Page: the whole of it, top row, tags and charts. */

import { Banners } from "./Banners";
import { Charts } from "./Charts";
import { Drawer } from "./Drawer";
import { Help } from "./Help";
import { EventStrip } from "./Limits";
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
        <Charts />
        <Drawer />
      </main>
      <EventStrip />
      <Help />
    </>
  );
}
