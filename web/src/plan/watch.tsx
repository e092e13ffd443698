// Follows the chosen way while one is under way: delays, missed connections, when to leave at the latest, what to do instead.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { address } from "../ask";
import { city } from "../city";
import { hourMinute } from "../clock";
import { Icon } from "../ui/icon";
import type { Itinerary } from "../wire";
import { useWords, type Language, type Spoken } from "../words";
import { Steps } from "./steps";

export interface WatchedRide {
  tripId: string;
  fromName: string;
  departure: string;
  departureDelay: number;
  isCancelled: boolean;
}

export interface WatchState {
  isPossible: boolean;
  isOver: boolean;
  rides: WatchedRide[];
  missed: { tripId: string; atName: string; missedBy: number }[];
  lastSafeDeparture: string | null;
  alternatives: Itinerary[];
}

/** What is said of a state besides whether it can be made, in order of the journey. */
export function remarks(state: WatchState, t: Spoken["t"]): string[] {
  const minutes = (seconds: number): number => Math.max(1, Math.round(seconds / 60));
  const rides = state.rides.flatMap((ride) => {
    if (ride.isCancelled) return [t("watch.cancelled", { at: ride.fromName, time: hourMinute(ride.departure, city.zone) })];
    return ride.departureDelay > 0 ? [t("watch.late", { at: ride.fromName, minutes: minutes(ride.departureDelay) })] : [];
  });
  return [...rides, ...state.missed.map((one) => t("watch.missed", { at: one.atName, minutes: minutes(one.missedBy) }))];
}

export function Watch({ itinerary, ends }: { itinerary: Itinerary; ends: { from: string; to: string } }): JSX.Element {
  const { t, language } = useWords();
  const [isOn, setOn] = useState(false);
  useEffect(() => setOn(false), [itinerary.id]);
  const { state, problem } = useWatched(isOn ? itinerary.id : "", language);
  return (
    <section class="watch" aria-label={t("watch.title")}>
      <button type="button" class="soft wide" aria-pressed={isOn} onClick={() => setOn(!isOn)}><Icon name="live" size={18} />{t(isOn ? "watch.stop" : "watch.start")}</button>
      <div aria-live="polite">
        {problem ? <p class="problem">{t("watch.lost")}</p> : null}
        {state ? <Told state={state} ends={ends} /> : isOn && !problem ? <p class="muted small">{t("watch.asking")}</p> : null}
      </div>
    </section>
  );
}

function Told({ state, ends }: { state: WatchState; ends: { from: string; to: string } }): JSX.Element {
  const { t } = useWords();
  if (state.isOver) return <p class="muted">{t("watch.over")}</p>;
  const said = remarks(state, t);
  return (
    <div class={`verdict ${state.isPossible ? "good" : "bad"}`}>
      <h3><Icon name={state.isPossible ? "check" : "alert"} />{t(state.isPossible ? "watch.possible" : "watch.impossible")}</h3>
      {said.length ? <ul>{said.map((one) => <li key={one}>{one}</li>)}</ul> : null}
      <p>{state.lastSafeDeparture ? t("watch.leave_by", { time: hourMinute(state.lastSafeDeparture, city.zone) }) : t("watch.too_late")}</p>
      {state.alternatives.map((one) => (
        <details key={one.id}>
          <summary>{t("watch.instead", { start: hourMinute(one.startTime, city.zone), end: hourMinute(one.endTime, city.zone) })}</summary>
          <Steps itinerary={one} ends={{ from: one.legs[0]?.from.name ?? "", to: ends.to }} />
        </details>
      ))}
    </div>
  );
}

function useWatched(id: string, language: Language): { state: WatchState | null; problem: boolean } {
  const [told, setTold] = useState<{ state: WatchState | null; problem: boolean }>({ state: null, problem: false });
  useEffect(() => {
    setTold({ state: null, problem: false });
    if (!id) return;
    const events = new EventSource(address("/kaiteki/v1/watch", { itineraryId: id, language: language === "ja" ? ["ja"] : ["en", "ja"] }));
    const take = (event: MessageEvent<string>): void => setTold({ state: JSON.parse(event.data) as WatchState, problem: false });
    events.addEventListener("state", take);
    events.addEventListener("end", (event) => {
      events.close();
      take(event);
    });
    // The browser asks again by itself while the connection only broke; refused, it gives up.
    events.onerror = () => setTold((old) => ({ ...old, problem: events.readyState === EventSource.CLOSED }));
    return () => events.close();
  }, [id, language]);
  return told;
}
