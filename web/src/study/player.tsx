// The replay of a run with its clock: play, pause, drag.
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { ask, Refused } from "../ask";
import { ready } from "../map/ready";
import { boundsOf, show } from "../scene";
import { Chart } from "../ui/chart";
import { Failed } from "../ui/failed";
import { Icon } from "../ui/icon";
import { useWords } from "../words";
import { dayTime } from "./numbers";
import type { Overlay } from "./overlay";
import { loadCurve, vehiclesAt, waitingAt, waitingCurve } from "./replay";
import type { Positions } from "./shapes";

const SPEEDS = [60, 180, 600];

interface Properties {
  run: string;
  at: number | undefined;
  /** A run whose people are drawn beside those of this one. */
  beside: string;
  onStop: (time: number) => void;
}

export function Player({ run, at, beside, onStop }: Properties): JSX.Element | null {
  const { t } = useWords();
  const [positions, setPositions] = useState<Positions | null>(null);
  const [problem, setProblem] = useState<Error | null>(null);
  const [time, setTime] = useState(at ?? 0);
  const [speed, setSpeed] = useState(0);
  const overlay = useOverlay(!!positions);
  useEffect(() => {
    ask<Positions>(`/kaiteki/v1/runs/${run}/positions`).then((found) => {
      setPositions(found);
      setTime((old) => Math.min(found.end_s, Math.max(found.begin_s, old || found.begin_s + 1800)));
      const fit = boundsOf(found.line.map(([lat, lon]) => [lon, lat] as const));
      if (fit) show({ fit });
    }, setProblem);
  }, [run]);
  useEffect(() => {
    if (positions) overlay?.draw(positions, time);
  }, [positions, overlay, time]);
  useClock(speed, (seconds) => setTime((old) => {
    const next = old + seconds;
    if (positions && next >= positions.end_s) setSpeed(0);
    return Math.min(next, positions?.end_s ?? next);
  }));
  // Whole cities have no line on which they could be played again.
  if (problem instanceof Refused && problem.status === 400) return <p class="remark">{t("study.no_replay")}</p>;
  if (problem) return <Failed error={problem} />;
  if (!positions) return null;
  const aboard = vehiclesAt(positions, time).reduce((sum, one) => sum + one.load, 0);
  const waiting = waitingAt(positions, time).reduce((sum, one) => sum + one.waiting, 0);
  const halt = (): void => {
    setSpeed(0);
    onStop(Math.round(time));
  };
  return (
    <section class="player" aria-label={t("study.replay")}>
      <h3>{t("study.replay")}</h3>
      <div class="transport">
        <button type="button" class="soft" aria-label={t(speed ? "study.pause" : "study.play")} onClick={() => (speed ? halt() : setSpeed(SPEEDS[0]!))}><Icon name={speed ? "pause" : "play"} /></button>
        <input type="range" min={positions.begin_s} max={positions.end_s} step={10} value={time} aria-label={t("study.clock")} aria-valuetext={dayTime(time)}
          onInput={(e) => setTime(Number(e.currentTarget.value))} onChange={(e) => onStop(Number(e.currentTarget.value))} />
        <output>{dayTime(time)}</output>
        <select aria-label={t("study.speed")} value={speed || SPEEDS[0]} onChange={(e) => setSpeed(Number(e.currentTarget.value))}>{SPEEDS.map((one) => <option key={one} value={one}>×{one}</option>)}</select>
      </div>
      <p class="sum"><strong>{aboard}</strong> {t("study.aboard")} · <strong>{waiting}</strong> {t("study.waiting")}</p>
      <Curves positions={positions} beside={beside} time={time} />
    </section>
  );
}

function Curves({ positions, beside, time }: { positions: Positions; beside: string; time: number }): JSX.Element {
  const { t } = useWords();
  const [other, setOther] = useState<[number, number][] | null>(null);
  useEffect(() => {
    setOther(null);
    if (beside) ask<Positions>(`/kaiteki/v1/runs/${beside}/positions`).then((found) => setOther(waitingCurve(found)), () => setOther(null));
  }, [beside]);
  const curves = useRef<{ of: Positions; waiting: [number, number][]; load: [number, number][] }>();
  if (curves.current?.of !== positions) curves.current = { of: positions, waiting: waitingCurve(positions), load: loadCurve(positions) };
  const { waiting, load } = curves.current;
  if (other) {
    return (
      <Chart title={t("study.waiting_both")} x={dayTime} y={String} cursor={time} step={7200}
        series={[{ name: "A", color: "#d9730d", points: waiting, stepped: true }, { name: "B", color: "#6b4fbb", points: other, stepped: true, dashed: true }]} />
    );
  }
  return (
    <Chart title={t("study.people")} x={dayTime} y={String} cursor={time} step={7200}
      series={[{ name: t("study.waiting"), color: "#d9730d", points: waiting, stepped: true }, { name: t("study.aboard"), color: "#0a8aa0", points: load, stepped: true, dashed: true }]} />
  );
}

function useOverlay(isWanted: boolean): Overlay | null {
  const [overlay, setOverlay] = useState<Overlay | null>(null);
  useEffect(() => {
    if (!isWanted) return;
    let made: Overlay | null = null;
    let isGone = false;
    void Promise.all([ready(), import("./overlay")]).then(([map, { createOverlay }]) => {
      if (isGone) return;
      made = createOverlay(map);
      setOverlay(made);
    });
    return () => {
      isGone = true;
      made?.remove();
      setOverlay(null);
    };
  }, [isWanted]);
  return overlay;
}

/** Calls with the seconds of the day that passed since the last frame. */
function useClock(speed: number, tick: (seconds: number) => void): void {
  const latest = useRef(tick);
  latest.current = tick;
  useEffect(() => {
    if (!speed) return;
    let before = performance.now();
    let frame = requestAnimationFrame(function step(now) {
      latest.current(((now - before) / 1000) * speed);
      before = now;
      frame = requestAnimationFrame(step);
    });
    return () => cancelAnimationFrame(frame);
  }, [speed]);
}
