/** Lay the built files' Brotli beside them, so that no visitor waits for it: see services/gateway/assets.py. */

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { brotliCompressSync } from "node:zlib";

const DIST = new URL("dist/", import.meta.url);

for (const name of readdirSync(DIST, { recursive: true }).filter((name) => /\.(css|html|js|svg)$/.test(name))) {
  const file = new URL(name, DIST);
  writeFileSync(`${file.pathname}.br`, brotliCompressSync(readFileSync(file)));
}
