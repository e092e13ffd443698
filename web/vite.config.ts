// How the page is built: into the Python package that serves it, under /page/, messages read from TOML.
import { parse } from "smol-toml";
import { type Plugin } from "vite";
import { defineConfig } from "vitest/config";

const messages: Plugin = {
  name: "messages-from-toml",
  transform(text, id) {
    if (!id.endsWith(".toml")) return null;
    return { code: `export default ${JSON.stringify(parse(text))}`, map: null };
  },
};

const SERVER = process.env.KAITEKI_SERVER ?? "http://127.0.0.1:8080";

export default defineConfig({
  base: "/page/",
  plugins: [messages],
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
