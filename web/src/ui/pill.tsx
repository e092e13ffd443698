// A line as passengers know it: its symbol and name in its own colours.
import type { JSX } from "preact";
import { paintOf, symbolOf, wordOf } from "../means";
import type { Leg } from "../wire";
import { useWords } from "../words";
import { Icon } from "./icon";

type Line = Pick<Leg, "mode" | "routeType" | "rental" | "routeColor" | "routeTextColor" | "displayName">;

export function Pill({ leg, wordless = false }: { leg: Line; wordless?: boolean }): JSX.Element {
  const { t } = useWords();
  const { back, front } = paintOf(leg);
  const name = leg.displayName || t(wordOf(leg));
  return (
    <span class="pill" style={{ background: back, color: front }}>
      <Icon name={symbolOf(leg)} size={16} />
      <span class={wordless ? "sr" : "pill-name"}>{name}</span>
    </span>
  );
}
