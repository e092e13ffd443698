// The planner's view: choose a scenario, run it, read its numbers, play it again, lay it beside another.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { go, type Parameters } from "../address";
import { ask, send } from "../ask";
import { city } from "../city";
import { dayOf, hourMinute } from "../clock";
import { clear } from "../scene";
import { Failed } from "../ui/failed";
import { Icon } from "../ui/icon";
import { ShareButton } from "../ui/share";
import { useWords } from "../words";
import { Compare } from "./compare";
import { useFollowed } from "./following";
import { KpiTable } from "./kpi_table";
import { Player } from "./player";
import { said, type Run, type Scenario } from "./shapes";

const ROOT = "/kaiteki/v1";

export function StudyView({ parameters }: { parameters: Parameters }): JSX.Element {
  const { t } = useWords();
  useEffect(() => clear, []);
  return (
    <div class="study">
      {parameters.run ? <Opened parameters={parameters} /> : (
        <>
          <h2>{t("study.title")}</h2>
          <p class="remark">{t("study.remark")}</p>
          <Scenarios />
          <Runs />
        </>
      )}
    </div>
  );
}

function useList<T>(path: string, name: string): { items: T[]; problem: Error | null } {
  const [state, setState] = useState<{ items: T[]; problem: Error | null }>({ items: [], problem: null });
  useEffect(() => {
    ask<Record<string, T[]>>(path).then((found) => setState({ items: found[name] ?? [], problem: null }), (problem) => setState({ items: [], problem }));
  }, [path, name]);
  return state;
}

function Scenarios(): JSX.Element {
  const { t } = useWords();
  const { items, problem } = useList<Scenario>(`${ROOT}/scenarios`, "scenarios");
  if (problem) return <Failed error={problem} />;
  return <ul class="cards" aria-label={t("study.scenarios")}>{items.map((one) => <ScenarioCard key={one.name} scenario={one} />)}</ul>;
}

function ScenarioCard({ scenario }: { scenario: Scenario }): JSX.Element {
  const { t, language } = useWords();
  const [replications, setReplications] = useState(scenario.replications);
  const [seed, setSeed] = useState(scenario.seed);
  const [problem, setProblem] = useState<Error | null>(null);
  const run = (event: Event): void => {
    event.preventDefault();
    send<Run>(`${ROOT}/runs`, { scenario: scenario.name, replications, seed }).then(
      ({ id }) => go({ view: "study", parameters: { run: id } }),
      setProblem,
    );
  };
  return (
    <li class="card still">
      <h3>{said(scenario.title, language)}</h3>
      <p class="muted small">{said(scenario.description, language)}</p>
      <form class="run" onSubmit={run}>
        <label>{t("study.replications")}<input type="number" min={1} max={100} required value={replications} onInput={(e) => setReplications(Number(e.currentTarget.value))} /></label>
        <label>{t("study.seed")}<input type="number" min={0} required value={seed} onInput={(e) => setSeed(Number(e.currentTarget.value))} /></label>
        <button type="submit" class="soft strong"><Icon name="play" size={16} />{t("study.run")}</button>
      </form>
      <Failed error={problem} />
    </li>
  );
}

function Runs(): JSX.Element | null {
  const { t, language } = useWords();
  const { items } = useList<Run>(`${ROOT}/runs`, "runs");
  if (!items.length) return null;
  return (
    <>
      <h3>{t("study.runs")}</h3>
      <ul class="runs">
        {items.map((run) => (
          <li key={run.id}><button type="button" class="row" onClick={() => go({ view: "study", parameters: { run: run.id } })}>
            <span>{said(run.title, language)}<small class="muted">{dayOf(run.created, city.zone, language)} {hourMinute(run.created, city.zone)} · {t("study.setup", { count: run.replications, seed: run.seed })}</small></span><StateTag state={run.state} /><Icon name="chevron" size={16} />
          </button></li>
        ))}
      </ul>
    </>
  );
}

function StateTag({ state }: { state: Run["state"] }): JSX.Element {
  const { t } = useWords();
  return <span class={`tag ${state === "DONE" ? "good" : state === "FAILED" ? "bad" : ""}`}>{t(`states.${state}`)}</span>;
}

function Opened({ parameters }: { parameters: Parameters }): JSX.Element {
  const { t, language } = useWords();
  const { run: id = "", with: other = "", at } = parameters;
  const { now: run, problem } = useFollowed<Run>(`${ROOT}/runs/${id}`);
  const set = (part: Parameters, replace = false): void => go({ view: "study", parameters: { ...parameters, ...part } }, replace);
  return (
    <article class="opened">
      <header><button type="button" class="bare" onClick={() => go({ view: "study", parameters: {} })}><Icon name="back" />{t("study.back")}</button><ShareButton title={t("study.title")} /></header>
      <Failed error={problem} />
      {run ? (
        <>
          <h2>{said(run.title, language)}</h2>
          <p class="muted small">{t("study.setup", { count: run.replications, seed: run.seed })} <StateTag state={run.state} /></p>
          {run.error ? <p class="problem big" role="alert"><Icon name="alert" />{run.error}</p> : null}
          {["QUEUED", "RUNNING"].includes(run.state) ? <Progress run={run} /> : null}
          {run.state === "DONE" ? (
            <>
              <Player run={id} beside={other} at={Number(at) || undefined} onStop={(time) => set({ at: String(time) }, true)} />
              <Beside run={id} other={other} onChoose={(chosen) => set({ with: chosen })} />
              {other ? <Compare before={id} after={other} /> : <KpiTable kpis={run.kpis ?? []} replications={run.replications} />}
            </>
          ) : null}
        </>
      ) : null}
    </article>
  );
}

function Progress({ run }: { run: Run }): JSX.Element {
  const { t } = useWords();
  const { done, total } = run.progress;
  return <label class="progress">{t("study.progress", { done, total })}<progress value={done} max={total || 1} /></label>;
}

function Beside({ run, other, onChoose }: { run: string; other: string; onChoose: (id: string) => void }): JSX.Element | null {
  const { t, language } = useWords();
  const { items } = useList<Run>(`${ROOT}/runs`, "runs");
  const others = items.filter((one) => one.id !== run && one.state === "DONE");
  if (!others.length) return null;
  return (
    <label class="inline beside">{t("study.beside")}
      <select value={other} onChange={(event) => onChoose(event.currentTarget.value)}>
        <option value="">{t("study.nothing")}</option>
        {others.map((one) => <option key={one.id} value={one.id}>{said(one.title, language)} · {t("study.setup", { count: one.replications, seed: one.seed })}</option>)}
      </select>
    </label>
  );
}
