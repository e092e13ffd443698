// Numbers of a run: means with their 95 % intervals, and where the intervals lie.
import type { JSX } from "preact";
import { useWords } from "../words";
import { figure, interval, unitWord } from "./numbers";
import { said, type Kpi } from "./shapes";

export function KpiTable({ kpis, replications }: { kpis: readonly Kpi[]; replications: number }): JSX.Element {
  const { t } = useWords();
  const idle = kpis.filter(isNothing);
  return (
    <>
      <Rows kpis={kpis.filter((kpi) => !isNothing(kpi))} caption={t("study.kpis", { count: replications })} />
      {idle.length ? <details class="files"><summary>{t("study.nothing_of", { count: idle.length })}</summary><Rows kpis={idle} caption={t("study.kpis", { count: replications })} /></details> : null}
    </>
  );
}

/** Nothing happened in any replication. */
const isNothing = ({ mean, low, high }: Kpi): boolean => mean === 0 && low === 0 && high === 0;

function Rows({ kpis, caption }: { kpis: readonly Kpi[]; caption: string }): JSX.Element {
  const { t, language } = useWords();
  return (
    <table class="kpis">
      <caption>{caption}</caption>
      <thead><tr><th scope="col">{t("study.metric")}</th><th scope="col" class="number">{t("study.mean")}</th><th scope="col" class="number">{t("study.interval")}</th><th scope="col" class="spread"><span class="sr">{t("study.spread")}</span></th></tr></thead>
      <tbody>
        {kpis.map((kpi) => (
          <tr key={kpi.metric}>
            <th scope="row">{said(kpi.label, language)}</th>
            <td class="number"><strong>{figure(kpi.mean, kpi.unit, language)}</strong> <small>{unitWord(kpi.unit, t)}</small></td>
            <td class="number muted">{interval(kpi, language)}</td>
            <td class="spread"><Whisker kpi={kpi} /></td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The interval about its mean, on a scale from nothing to its upper end. */
export function Whisker({ kpi }: { kpi: Kpi }): JSX.Element | null {
  const { mean, low, high } = kpi;
  if (mean === null || low === null || high === null) return null;
  const [from, to] = [Math.min(0, low), Math.max(0, high)];
  if (to === from) return null;
  const across = (value: number): number => 3 + ((value - from) / (to - from)) * 84;
  return (
    <svg class="whisker" width="90" height="16" viewBox="0 0 90 16" aria-hidden="true">
      <line class="axis" x1={across(0)} x2={across(0)} y1="2" y2="14" />
      <line class="span" x1={across(low)} x2={across(high)} y1="8" y2="8" />
      <circle cx={across(mean)} cy="8" r="3.6" />
    </svg>
  );
}
