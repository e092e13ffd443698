// How the page is built: into the Python package that serves it, under /page/, messages read from TOML.
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { parse } from "smol-toml";
import { type Plugin } from "vite";
import { defineConfig } from "vitest/config";

// Texts that only the server says need not come to the page.
const OTHERS = /^(flight|fleet|metric|mission|scenario)_|^(briefing|cheapest|errors|fares|headers|metrics|preferred|reliability|report|shelters)$/;

const messages: Plugin = {
  name: "messages-from-toml",
  transform(text, id) {
    if (!id.endsWith(".toml")) return null;
    const told = Object.fromEntries(Object.entries(parse(text)).filter(([table]) => !OTHERS.test(table)));
    return { code: `export default ${JSON.stringify(told)}`, map: null };
  },
};

// Compressed once here instead of for every visitor.
const packed: Plugin = {
  name: "packed-beside",
  apply: "build",
  async closeBundle() {
    const folder = join(import.meta.dirname, "../api/built_page/assets");
    for (const name of await readdir(folder)) {
      if (!/\.(js|css)$/.test(name)) continue;
      const text = await readFile(join(folder, name));
      await writeFile(join(folder, `${name}.br`), brotliCompressSync(text));
      await writeFile(join(folder, `${name}.gz`), gzipSync(text, { level: 9 }));
    }
  },
};

const SERVER = process.env.KAITEKI_SERVER ?? "http://127.0.0.1:8080";

export default defineConfig({
  base: "/page/",
  plugins: [messages, packed],
  esbuild: { jsx: "automatic", jsxImportSource: "preact", legalComments: "none" },
  build: {
    outDir: "../api/built_page",
    emptyOutDir: true,
    target: "es2022",
    chunkSizeWarningLimit: 1500,
    modulePreload: { polyfill: false },
  },
  server: { fs: { allow: [".."] }, proxy: { "/api": SERVER, "/kaiteki": SERVER } },
  test: { include: ["tests/**/*.test.ts"] },
});
