// Every word that the page asks for is there, in every language, with the same blanks.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import sharedEn from "../../api/messages/en.toml";
import sharedJa from "../../api/messages/ja.toml";
import en from "../src/messages/en.toml";
import ja from "../src/messages/ja.toml";
import { text } from "../src/words";

const flat = (tables: Record<string, Record<string, string>>): Map<string, string> =>
  new Map(Object.entries(tables).flatMap(([table, entries]) => Object.entries(entries).map(([key, value]) => [`${table}.${key}`, value] as const)));

const blanks = (said: string): string[] => [...said.matchAll(/\{(\w+)\}/g)].map((found) => found[1]!).sort();

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? sources(path) : /\.tsx?$/.test(entry.name) ? [readFileSync(path, "utf8")] : [];
  });
}

describe("messages", () => {
  it("are the same in all languages, blanks included", () => {
    expect([...flat(ja).keys()].sort()).toEqual([...flat(en).keys()].sort());
    for (const [key, said] of flat(en)) expect(blanks(flat(ja).get(key)!), key).toEqual(blanks(said));
  });

  it("exist wherever the page names one", () => {
    const known = new Set([...flat(en).keys(), ...flat(sharedEn).keys()]);
    const named = sources(join(import.meta.dirname, "../src")).flatMap((code) => [...code.matchAll(/["'`]([a-z]+\.[A-Za-z0-9_]+)["'`]/g)].map((found) => found[1]!));
    const tables = new Set([...Object.keys(en), ...Object.keys(sharedEn)]);
    expect(named.filter((key) => tables.has(key.split(".")[0]!) && !known.has(key))).toEqual([]);
  });

  it("fill their blanks and fall back to English", () => {
    expect(text("ja", "format.minutes", { minutes: 5 })).toContain("5");
    expect(text("ja", "no.such")).toBe("no.such");
    expect(flat(sharedJa).size).toBeGreaterThan(50);
  });
});
