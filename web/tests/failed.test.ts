// What is said when a question is not answered.
import { afterEach, describe, expect, it, vi } from "vitest";
import { ask, Refused } from "../src/ask";
import { meaning } from "../src/ui/failed";
import { text } from "../src/words";

const said = (error: Error): ReturnType<typeof meaning> => meaning(error, (key, values) => text("ja", key, values));
const answering = (status: number, body: object, headers: Record<string, string> = {}): void => {
  vi.stubGlobal("fetch", async () => new Response(JSON.stringify(body), { status, headers }));
};

afterEach(() => vi.unstubAllGlobals());

async function failure(): Promise<Error> {
  return ask("/x").then(() => Promise.reject(new Error("answered")), (error: Error) => error);
}

describe("a question without an answer", () => {
  it("is asked again where the server is out of reach", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
    expect(said(await failure())).toEqual({ said: expect.stringContaining("サーバーにつながりません"), detail: "", isPassing: true });
  });

  it("waits as long as the server says, or ten seconds", async () => {
    answering(429, { error: "Too many questions." }, { "Retry-After": "7" });
    expect(said(await failure()).said).toContain("7 秒");
    answering(429, { error: "Too many questions." });
    expect(said(await failure()).said).toContain("10 秒");
  });

  it("tells the server's own sentence of what it refuses, and does not repeat what will be refused again", () => {
    expect(said(new Refused(404, "no such stop"))).toEqual({ said: text("ja", "failures.unknown"), detail: "no such stop", isPassing: false });
    expect(said(new Refused(400, "time=x"))).toEqual({ said: text("ja", "failures.refused"), detail: "time=x", isPassing: false });
    expect(said(new Refused(503, "too long"))).toEqual({ said: text("ja", "failures.broken"), detail: "too long", isPassing: true });
  });
});
