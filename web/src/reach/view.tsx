// How far one gets from a place within some minutes.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { go, type Parameters } from "../address";
import { ask, isAbort } from "../ask";
import { city } from "../city";
import { instantOf, isWall, wallOf } from "../clock";
import { named } from "../places";
import { clear, collection, feature, onPick, show, type Bounds } from "../scene";
import { Failed } from "../ui/failed";
import { Icon } from "../ui/icon";
import { PlaceField } from "../ui/place_field";
import { ShareButton } from "../ui/share";
import { useWords } from "../words";
import { Near } from "./near";

interface Areas {
  features: { properties: { minutes: number }; geometry: GeoJSON.Polygon | GeoJSON.MultiPolygon }[];
}

/** Colours from near to far, told apart without colour by their nesting and the legend's order. */
const SCALE = ["#084a59", "#148a92", "#6fc3a4", "#c3dd8f"];
const CHOICES = [20, 30, 45, 60];

const RINGS: Record<number, number[]> = { 20: [5, 10, 15, 20], 30: [10, 20, 30], 45: [15, 30, 45], 60: [15, 30, 45, 60] };

const rings = (most: number): number[] => RINGS[most] ?? [most];

export function ReachView({ parameters }: { parameters: Parameters }): JSX.Element {
  const { t, language } = useWords();
  const most = CHOICES.find((one) => String(one) === parameters.minutes) ?? 30;
  const set = (part: Parameters): void => go({ view: "reach", parameters: { ...parameters, time: parameters.time || wallOf(Date.now(), city.zone), ...part } });
  const { problem, isBusy } = useAreas(parameters, most);
  useEffect(() => onPick((picked) => void named(picked, language).then((end) => set({ one: picked.id ?? end.at, oneName: end.name }))), [parameters, language]);
  useEffect(() => clear, []);
  const one = parameters.one ? { at: parameters.one, name: parameters.oneName || parameters.one } : undefined;
  return (
    <div class="reach">
      <form class="question" role="search" aria-label={t("reach.title")} onSubmit={(event) => event.preventDefault()}>
        <PlaceField label={t("reach.from")} dot="from" value={one} withHere onChoose={(end) => set({ one: end?.at ?? "", oneName: end?.name ?? "" })} />
        <label class="inline">{t("reach.when")}
          <input type="datetime-local" value={isWall(parameters.time) ? parameters.time : wallOf(Date.now(), city.zone)} onChange={(e) => set({ time: e.currentTarget.value.slice(0, 16) })} />
        </label>
        <div class="segments" role="group" aria-label={t("reach.within")}>
          {CHOICES.map((minutes) => <button key={minutes} type="button" aria-pressed={minutes === most} class={minutes === most ? "on" : ""} onClick={() => set({ minutes: String(minutes) })}>{t("format.minutes", { minutes })}</button>)}
        </div>
        <label class="switch"><input type="checkbox" role="switch" checked={parameters.wheelchair === "1"} onChange={(e) => set({ wheelchair: e.currentTarget.checked ? "1" : "" })} /><Icon name="wheelchair" size={18} />{t("plan.wheelchair")}</label>
      </form>
      <Failed error={problem} />
      {one && !problem ? (
        <section class="answers">
          <header class="board-head"><h2>{t("reach.said", { name: one.name })}</h2><ShareButton title={one.name} /></header>
          <p class="sr" role="status">{isBusy ? t("plan.searching") : t("reach.shown")}</p>
          <ul class="lines legend">{rings(most).map((minutes, at) => <li key={minutes}><span class="swatch" style={{ background: SCALE[at] }} />{t("reach.ring", { minutes })}</li>)}</ul>
          <Near one={one} time={isWall(parameters.time) ? parameters.time : wallOf(Date.now(), city.zone)} minutes={most} wheelchair={parameters.wheelchair === "1"} />
        </section>
      ) : one ? null : <p class="remark">{t("reach.choose")}</p>}
    </div>
  );
}

function useAreas(parameters: Parameters, most: number): { problem: Error | null; isBusy: boolean } {
  const [state, setState] = useState<{ problem: Error | null; isBusy: boolean }>({ problem: null, isBusy: false });
  const { one, oneName, time, wheelchair } = parameters;
  useEffect(() => {
    if (!one) return show({ areas: collection([]), marks: collection([]) });
    const abort = new AbortController();
    setState({ problem: null, isBusy: true });
    const asked = {
      one, minutes: rings(most), time: isWall(time) ? instantOf(time, city.zone).toISOString() : undefined,
      pedestrianProfile: wheelchair ? "WHEELCHAIR" : undefined,
    };
    ask<Areas>("/kaiteki/v1/isochrone", asked, abort.signal).then(
      ({ features }) => {
        const drawn = features.map(({ geometry, properties }) => feature(geometry, { color: SCALE[rings(most).indexOf(properties.minutes)] ?? SCALE[3], opacity: 0.36 }));
        const fit = extent(features.at(-1)?.geometry);
        show({ areas: collection(drawn), ...(fit ? { fit } : {}) });
        setState({ problem: null, isBusy: false });
      },
      (error) => isAbort(error) || setState({ problem: error, isBusy: false }),
    );
    const [lat, lon] = one.split(",").map(Number);
    if (lon && lat) show({ marks: collection([feature({ type: "Point", coordinates: [lon, lat] }, { role: "from", label: oneName ?? "" })]) });
    else show({ marks: collection([]) });
    return () => abort.abort();
  }, [one, oneName, time, wheelchair, most]);
  return state;
}

function extent(geometry: GeoJSON.Polygon | GeoJSON.MultiPolygon | undefined): Bounds | null {
  const positions = geometry ? (geometry.coordinates.flat(geometry.type === "Polygon" ? 1 : 2) as number[][]) : [];
  if (!positions.length) return null;
  // Without the outermost twentieth on each side: single stops of fast trains may lie far away.
  const [lon, lat] = [0, 1].map((axis) => positions.map((one) => one[axis]!).sort((a, b) => a - b)) as [number[], number[]];
  const [low, high] = [Math.floor(positions.length / 20), Math.ceil((positions.length * 19) / 20) - 1];
  return [lon[low]!, lat[low]!, lon[high]!, lat[high]!];
}
