// The departure board of a stop.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { go, type Parameters } from "../address";
import { ask, isAbort } from "../ask";
import { city } from "../city";
import { daysBetween, hourMinute, instantOf, isWall, wallOf } from "../clock";
import { clear, collection, feature, onPick, show } from "../scene";
import { Failed } from "../ui/failed";
import { Pill } from "../ui/pill";
import { PlaceField } from "../ui/place_field";
import { ShareButton } from "../ui/share";
import type { Board, StopTime } from "../wire";
import { useWords } from "../words";

const REFRESH_MS = 30_000;
const ROWS = 14;

type Answer = { board: Board; arrivals: boolean } | { error: Error } | null;

export function BoardView({ parameters }: { parameters: Parameters }): JSX.Element {
  const { t } = useWords();
  const answer = useBoard(parameters);
  const set = (part: Parameters): void => go({ view: "board", parameters: { ...parameters, ...part } });
  useEffect(() => onPick(({ id, name }) => id && set({ stop: id, stopName: name ?? "", cursor: "" })), [parameters]);
  useEffect(() => clear, []);
  const stop = parameters.stop ? { at: parameters.stop, name: parameters.stopName || parameters.stop } : undefined;
  const arrivals = parameters.arrivals === "1";
  return (
    <div class="board">
      <form class="question" role="search" aria-label={t("board.title")} onSubmit={(event) => event.preventDefault()}>
        <PlaceField label={t("board.stop")} dot="stop" type="STOP" value={stop}
          onChoose={(end) => set({ stop: end?.at ?? "", stopName: end?.name ?? "", cursor: "" })} />
        <div class="segments" role="group" aria-label={t("board.direction")}>
          {[false, true].map((one) => (
            <button key={String(one)} type="button" aria-pressed={arrivals === one} class={arrivals === one ? "on" : ""} onClick={() => set({ arrivals: one ? "1" : "", cursor: "" })}>
              {t(one ? "board.arrivals" : "board.departures")}
            </button>
          ))}
        </div>
        <input type="datetime-local" aria-label={t("plan.moment")} value={isWall(parameters.time) ? parameters.time : wallOf(Date.now(), city.zone)}
          onChange={(event) => set({ time: event.currentTarget.value.slice(0, 16), cursor: "" })} />
      </form>
      {!parameters.stop ? <p class="remark">{t("board.choose")}</p> : null}
      {answer && "error" in answer ? <Failed error={answer.error} /> : null}
      {answer && "board" in answer ? <Rows board={answer.board} arrivals={answer.arrivals} onPage={(cursor) => set({ cursor })} /> : null}
    </div>
  );
}

function useBoard(parameters: Parameters): Answer {
  const { language } = useWords();
  const [answer, setAnswer] = useState<Answer>(null);
  const { stop, time, arrivals, cursor } = parameters;
  useEffect(() => {
    if (!stop) return setAnswer(null);
    const abort = new AbortController();
    const asked = {
      stopId: stop, n: ROWS, arriveBy: arrivals === "1", direction: "LATER", pageCursor: cursor, language: language === "ja" ? ["ja"] : ["en", "ja"],
      time: isWall(time) ? instantOf(time, city.zone).toISOString() : undefined,
    };
    const load = (): void => {
      ask<Board>("/api/v6/stoptimes", asked, abort.signal).then(
        (board) => {
          setAnswer({ board, arrivals: arrivals === "1" });
          const { lat, lon, name } = board.place;
          const at = feature({ type: "Point", coordinates: [lon, lat] }, { role: "from", label: name });
          show({ marks: collection([at]) });
        },
        (error) => isAbort(error) || setAnswer({ error }),
      );
    };
    load();
    const timer = setInterval(load, REFRESH_MS);
    return () => {
      clearInterval(timer);
      abort.abort();
    };
  }, [stop, time, arrivals, cursor, language]);
  const place = answer && "board" in answer ? answer.board.place : null;
  useEffect(() => {
    if (place) show({ fit: [place.lon - 0.008, place.lat - 0.005, place.lon + 0.008, place.lat + 0.005] });
  }, [place?.stopId, place?.lat]);
  return answer;
}

function Rows({ board, arrivals, onPage }: { board: Board; arrivals: boolean; onPage: (cursor: string) => void }): JSX.Element {
  const { t } = useWords();
  const times = board.stopTimes;
  const hasTracks = times.some((one) => one.place.track);
  return (
    <section class="answers" aria-label={board.place.name}>
      <header class="board-head"><h2>{board.place.name}</h2><ShareButton title={board.place.name} /></header>
      <button type="button" class="soft wide" onClick={() => onPage(board.previousPageCursor)}>{t("plan.earlier")}</button>
      {times.length ? <table class="calls-table">
        <caption class="sr">{t(arrivals ? "board.arrivals" : "board.departures")}</caption>
        <thead><tr><th scope="col">{t("board.time")}</th><th scope="col">{t("board.line")}</th><th scope="col">{t(arrivals ? "board.origin" : "board.towards")}</th>{hasTracks ? <th scope="col">{t("board.track")}</th> : null}</tr></thead>
        <tbody>{times.map((one) => <Row key={one.tripId + one.place.name + (one.place.departure ?? one.place.arrival)} one={one} arrivals={arrivals} first={times[0]!} hasTracks={hasTracks} />)}</tbody>
      </table> : <p class="reason">{t("board.none")}</p>}
      <button type="button" class="soft wide" onClick={() => onPage(board.nextPageCursor)}>{t("plan.later")}</button>
    </section>
  );
}

function Row({ one, arrivals, first, hasTracks }: { one: StopTime; arrivals: boolean; first: StopTime; hasTracks: boolean }): JSX.Element {
  const { t } = useWords();
  const at = (stop: StopTime): string => (arrivals ? stop.place.arrival : stop.place.departure) ?? "";
  const planned = (arrivals ? one.place.scheduledArrival : one.place.scheduledDeparture) ?? at(one);
  const late = Math.round((Date.parse(at(one)) - Date.parse(planned)) / 60_000);
  const days = daysBetween(at(first), at(one), city.zone);
  const gone = one.cancelled || one.tripCancelled;
  return (
    <tr class={gone ? "gone" : ""}>
      <td><time dateTime={at(one)}>{hourMinute(planned, city.zone)}</time>{days > 0 ? <sup>+{days}</sup> : null}
        {gone ? <span class="tag bad">{t("plan.cancelled")}</span> : late > 0 ? <span class="tag bad">+{late}</span> : one.realTime ? <span class="tag good">{t("plan.on_time")}</span> : null}</td>
      <td><Pill leg={one} /></td>
      <td>{arrivals ? one.tripFrom.name : one.headsign || one.tripTo.name}</td>
      {hasTracks ? <td>{one.place.track ?? ""}</td> : null}
    </tr>
  );
}
