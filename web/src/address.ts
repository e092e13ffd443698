// The address bar as the page's state: every view can be bookmarked, shared and gone back to.
import { useSyncExternalStore } from "preact/compat";

export const VIEWS = ["plan", "board", "live", "reach", "study", "drones"] as const;
export type View = (typeof VIEWS)[number];
export type Parameters = Readonly<Record<string, string>>;

export interface Address {
  view: View;
  parameters: Parameters;
}

export function read(search: string): Address {
  const { view, ...parameters } = Object.fromEntries(new URLSearchParams(search));
  return { view: VIEWS.find((one) => one === view) ?? "plan", parameters };
}

export function written({ view, parameters }: Address): string {
  const query = new URLSearchParams();
  if (view !== "plan") query.set("view", view);
  for (const [key, value] of Object.entries(parameters)) if (value !== "") query.set(key, value);
  const text = query.toString();
  return text ? `?${text}` : "";
}

let kept = { search: "", address: read("") };

function current(): Address {
  const { search } = window.location;
  if (kept.search !== search) kept = { search, address: read(search) };
  return kept.address;
}

const told = new Set<() => void>();

function listen(tell: () => void): () => void {
  told.add(tell);
  window.addEventListener("popstate", tell);
  return () => {
    told.delete(tell);
    window.removeEventListener("popstate", tell);
  };
}

/** Goes to an address; `replace` where going back should not come here again. */
export function go(next: Address, replace = false): void {
  const url = window.location.pathname + written(next);
  if (replace) window.history.replaceState(null, "", url);
  else window.history.pushState(null, "", url);
  for (const tell of [...told]) tell();
}

export function useAddress(): Address {
  return useSyncExternalStore(listen, current);
}
