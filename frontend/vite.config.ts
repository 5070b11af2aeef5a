import type { IndexHtmlTransformContext } from "vite";
import { defineConfig } from "vitest/config";

// The page is served from anywhere below any proxy path: every address in it is relative (`base: "./"`).
export default defineConfig({
  base: "./",
  plugins: [{ name: "preload-plotly", transformIndexHtml: preloadPlotly }],
  build: {
    outDir: "../mqtt_plot/static",
    emptyOutDir: true,
    target: "es2022",
    modulePreload: { polyfill: false }, // it would only serve browsers that lack es2022 anyway
    assetsInlineLimit: 0, // `font-src 'self'`: nothing may turn into a data: address by its size
    chunkSizeWarningLimit: 1300, // plotly's basic bundle alone is 1.15 MB before gzip
    rolldownOptions: {
      output: { codeSplitting: { groups: [{ name: "plotly", test: /plotly\.js-basic-dist-min/ }] } },
    },
  },
  // No module keeps state that a test could leave behind, so each worker loads them once for all files.
  test: { include: ["tests/**/*.test.ts"], environment: "node", isolate: false },
});

/** The page imports plotly when it has begun to ask for points; the browser fetches it before that. */
function preloadPlotly(_: string, { bundle }: IndexHtmlTransformContext) {
  const files = Object.keys(bundle ?? {}).filter((file) => /plotly-[^/]*\.js$/.test(file));
  return files.map((file) => ({
    tag: "link",
    attrs: { rel: "modulepreload", crossorigin: "", href: `./${file}` },
    injectTo: "head" as const,
  }));
}
