// Questions to the server; a refusal becomes a `Refused` with the server's own sentence.
const PATIENCE_S = 10;

export class Refused extends Error {
  constructor(
    readonly status: number,
    sentence: string,
    /** Seconds after which one may ask again. */
    readonly wait_s = 0,
  ) {
    super(sentence);
  }
}

export type Asked = Record<string, string | number | boolean | readonly (string | number)[] | undefined>;

export function address(path: string, asked: Asked): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(asked)) {
    if (value === undefined || value === "") continue;
    query.set(key, Array.isArray(value) ? value.join(",") : String(value));
  }
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

export async function ask<T>(path: string, asked: Asked = {}, signal?: AbortSignal): Promise<T> {
  return answer<T>(await fetch(address(path, asked), signal ? { signal } : {}));
}

export async function send<T>(path: string, body: unknown): Promise<T> {
  const headers = { "Content-Type": "application/json" };
  return answer<T>(await fetch(path, { method: "POST", headers, body: JSON.stringify(body) }));
}

async function answer<T>(response: Response): Promise<T> {
  const body: unknown = await response.json().catch(() => null);
  if (response.ok) return body as T;
  const said = body && typeof body === "object" && "error" in body ? body.error : response.statusText;
  const sentence = said && typeof said === "object" && "message" in said ? said.message : said;
  throw new Refused(response.status, String(sentence), Number(response.headers.get("Retry-After")) || PATIENCE_S);
}

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}
