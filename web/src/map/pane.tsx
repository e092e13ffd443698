// The map's place on the page; its code is fetched once the form can be used.
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { go, useAddress } from "../address";
import { named, type End } from "../places";
import { onPick } from "../scene";
import { parametersOf, questionOf } from "../plan/question";
import { Icon } from "../ui/icon";
import { useWords, type Language } from "../words";
import type { Canvas } from "./canvas";

export function MapPane({ dark, language }: { dark: boolean; language: Language }): JSX.Element {
  const { t } = useWords();
  const place = useRef<HTMLDivElement>(null);
  const canvas = useRef<Canvas | null>(null);
  const [failed, setFailed] = useState(false);
  const look = { dark, language };
  useEffect(() => {
    const begin = (): void => {
      import("./canvas").then(
        ({ createCanvas }) => {
          if (place.current && !canvas.current) canvas.current = createCanvas(place.current, look);
        },
        () => setFailed(true),
      ).catch(() => setFailed(true));
    };
    // Safari has no requestIdleCallback.
    if ("requestIdleCallback" in window) requestIdleCallback(begin, { timeout: 1200 });
    else setTimeout(begin, 200);
    return () => canvas.current?.remove();
  }, []);
  useEffect(() => canvas.current?.restyle(look), [dark, language]);
  return (
    <section class="map" aria-label={t("map.label")}>
      <div class="canvas" ref={place} />
      {failed ? <p class="problem">{t("map.failed")}</p> : null}
      <Touched />
    </section>
  );
}

/** What was touched on the map, offered as an end of the journey. */
function Touched(): JSX.Element | null {
  const { t, language } = useWords();
  const { view, parameters } = useAddress();
  const [end, setEnd] = useState<End | null>(null);
  useEffect(() => onPick((picked) => void named(picked, language).then(setEnd, () => setEnd(null))), [language]);
  useEffect(() => setEnd(null), [view, parameters.open]);
  if (!end) return null;
  const use = (part: "from" | "to"): void => {
    const question = questionOf(view === "plan" ? parameters : {});
    go({ view: "plan", parameters: parametersOf({ ...question, [part]: end, open: "", earlier: 0, later: 0 }) });
    setEnd(null);
  };
  return (
    <div class="touched" role="dialog" aria-label={end.name}>
      <strong>{end.name}</strong>
      <button type="button" class="soft" onClick={() => use("from")}>{t("map.from_here")}</button>
      <button type="button" class="soft" onClick={() => use("to")}>{t("map.to_here")}</button>
      <button type="button" class="bare" aria-label={t("map.close")} onClick={() => setEnd(null)}><Icon name="close" size={16} /></button>
    </div>
  );
}
