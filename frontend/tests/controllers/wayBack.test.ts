import { signal } from "@preact/signals";
import { describe, expect, it } from "vitest";

import { WayBack } from "../../src/controllers/wayBack";

/** A page whose history counts its entries, with a sheet and zooms. */
function open() {
  const isOpen = signal(false);
  const page = { entries: 0, zooms: 0, shown: 0, back: (): void => {} };
  const said: string[] = [];
  const window = {
    location: { href: "" },
    history: {
      pushState: () => (page.entries += 1),
      back: () => said.push("left"),
    },
    addEventListener: (_: string, heard: () => void) => (page.back = heard),
  } as unknown as Window;
  const way = new WayBack(window, {
    isCovered: () => isOpen.value,
    closeSheets: () => (isOpen.value = false),
    undoZoom: () => page.zooms > 0 && page.zooms-- > 0,
    showAddress: () => said.push("address"),
    writeAddress: () => undefined,
  });
  way.start();
  const zoom = (): void => {
    page.zooms += 1;
    way.begin();
  };
  const back = (): void => {
    page.entries -= 1;
    page.back();
  };
  return { isOpen, page, said, zoom, back };
}

describe("the browser's way back", () => {
  it("closes a sheet, then undoes zooms", () => {
    const { isOpen, page, zoom, back, said } = open();
    zoom();
    zoom();
    isOpen.value = true;
    back();
    expect([isOpen.value, page.zooms, page.entries]).toEqual([false, 2, 2]);
    back();
    back();
    expect([page.zooms, page.entries, said]).toEqual([0, 0, []]);
  });

  it("needs no more entries however often sheets are opened and closed by hand", () => {
    const { isOpen, page, zoom, back } = open();
    for (let index = 0; index < 5; index++) {
      isOpen.value = true;
      isOpen.value = false;
    }
    expect(page.entries).toBe(1);
    zoom();
    expect([page.entries, page.zooms]).toEqual([1, 1]);
    back();
    expect([page.entries, page.zooms]).toEqual([0, 0]);
  });

  it("goes on outwards where a sheet left an entry and nothing is to be undone", () => {
    const { isOpen, back, said } = open();
    isOpen.value = true;
    isOpen.value = false;
    back();
    expect(said).toEqual(["left"]);
  });
});
