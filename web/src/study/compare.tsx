// Two runs side by side: what changed, and what of it is more than chance.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ask } from "../ask";
import { Failed } from "../ui/failed";
import { useWords } from "../words";
import { Whisker } from "./kpi_table";
import { figure, interval, unitWord } from "./numbers";
import { said, type Comparison, type Difference } from "./shapes";

export function Compare({ before, after }: { before: string; after: string }): JSX.Element | null {
  const { t } = useWords();
  const [found, setFound] = useState<Comparison | null>(null);
  const [problem, setProblem] = useState<Error | null>(null);
  useEffect(() => {
    ask<Comparison>("/kaiteki/v1/runs/compare", { before, after }).then(
      (comparison) => {
        setFound(comparison);
        setProblem(null);
      },
      setProblem,
    );
  }, [before, after]);
  if (problem) return <Failed error={problem} />;
  if (!found) return null;
  const idle = found.differences.filter(isNothing);
  return (
    <section aria-label={t("study.compared")}>
      <h3>{t("study.compared")}</h3>
      <p class="muted small">{t(found.isPaired ? "study.paired" : "study.unpaired")}</p>
      <Rows differences={found.differences.filter((one) => !isNothing(one))} />
      {idle.length ? <details class="files"><summary>{t("study.nothing_of", { count: idle.length })}</summary><Rows differences={idle} /></details> : null}
    </section>
  );
}

/** Nothing happened in either run. */
const isNothing = ({ before, after }: Difference): boolean => before.mean === 0 && after.mean === 0;

function Rows({ differences }: { differences: readonly Difference[] }): JSX.Element {
  const { t, language } = useWords();
  return (
    <table class="kpis">
      <thead><tr><th scope="col">{t("study.metric")}</th><th scope="col" class="number">A</th><th scope="col" class="number">B</th><th scope="col" class="number">{t("study.change")}</th><th scope="col" class="spread"><span class="sr">{t("study.spread")}</span></th></tr></thead>
      <tbody>
        {differences.map((one) => (
          <tr key={one.metric} class={one.isSignificant ? "" : "chance"}>
            <th scope="row">{said(one.label, language)} <small>{unitWord(one.unit, t)}</small></th>
            <td class="number">{figure(one.before.mean, one.unit, language)}</td>
            <td class="number">{figure(one.after.mean, one.unit, language)}</td>
            <td class="number change"><strong>{(one.change.mean ?? 0) > 0 ? "+" : ""}{figure(one.change.mean, one.unit, language)}</strong><small>{interval({ ...one.change, unit: one.unit }, language)}</small>{one.isSignificant ? null : <span class="tag">{t("study.chance")}</span>}</td>
            <td class="spread"><Whisker kpi={one.change} /></td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
