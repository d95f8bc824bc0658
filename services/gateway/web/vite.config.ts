/** Build the public map page: relative addresses only, so that it also works behind a path of a proxy. */

import { defineConfig } from "vite";

const GATEWAY = "http://127.0.0.1:8080";
const ANSWERED_BY_GATEWAY = ["/organizations", "/areas", "/subjects", "/figures", "/map-config.json"];

export default defineConfig({
  base: "./",
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "es2020",
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1300, // MapLibre; loaded after the list, and only where the browser can draw
  },
  worker: { format: "es" },
  server: {
    proxy: Object.fromEntries(ANSWERED_BY_GATEWAY.map((path) => [path, GATEWAY])),
  },
});
