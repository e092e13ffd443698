// The frame of the page: title, views, map, language and appearance.
import type { JSX } from "preact";
import { lazy, Suspense } from "preact/compat";
import { useEffect, useState } from "preact/hooks";
import { go, useAddress, type Parameters, type View } from "./address";
import { city } from "./city";
import { remember } from "./kept";
import { MapPane } from "./map/pane";
import { PlanView } from "./plan/view";
import { useTheme } from "./theme";
import { Again, Failed } from "./ui/failed";
import { Icon, type IconName } from "./ui/icon";
import { LANGUAGES, preferred, Speech, text, useWords, type Language } from "./words";

type Shown = (properties: { parameters: Parameters }) => JSX.Element;

/** A view whose code comes when it is asked for; where it does not come, a page loaded anew gets it. */
function later(load: () => Promise<Shown>): Shown {
  const failed = (error: Error): Shown => () => <Again.Provider value={() => window.location.reload()}><Failed error={error} /></Again.Provider>;
  return lazy(async () => ({ default: await load().catch(failed) }));
}

const BoardView = later(async () => (await import("./board/view")).BoardView);
const LiveView = later(async () => (await import("./live/view")).LiveView);
const ReachView = later(async () => (await import("./reach/view")).ReachView);
const StudyView = later(async () => (await import("./study/view")).StudyView);
const DronesView = later(async () => (await import("./drones/view")).DronesView);

const SHOWN: Record<View, Shown> = { plan: PlanView, board: BoardView, live: LiveView, reach: ReachView, study: StudyView, drones: DronesView };
const ICONS: Record<View, IconName> = { plan: "route", board: "board", live: "live", reach: "reach", study: "study", drones: "drones" };

export function App(): JSX.Element {
  const [language, setLanguage] = useState<Language>(preferred);
  const { view, parameters } = useAddress();
  const { dark, toggle } = useTheme();
  const [times, setTimes] = useState(0);
  const again = (): void => {
    setTimes((one) => one + 1);
    document.getElementById("content")?.focus();
  };
  useEffect(() => {
    document.documentElement.lang = language;
    document.title = `${text(language, `views.${view}`)} · 快適 Kaiteki`;
  }, [language, view]);
  const speak = (next: Language): void => {
    remember("language", next);
    setLanguage(next);
  };
  const Shown = SHOWN[view];
  return (
    <Speech.Provider value={language}>
      <a class="skip" href="#content">{text(language, "shell.skip")}</a>
      <div class={`shell view-${view} ${parameters.open ? "is-open" : ""}`}>
        <Header dark={dark} onTheme={toggle} onLanguage={speak} />
        <Views view={view} />
        <main id="content" tabIndex={-1}>
          <Suspense fallback={<div class="waiting" role="status"><div class="ghost" /></div>}><Again.Provider value={again}><Shown key={view + times} parameters={parameters} /></Again.Provider></Suspense>
          <Footer />
        </main>
        <MapPane dark={dark} language={language} />
      </div>
    </Speech.Provider>
  );
}

function Header({ dark, onTheme, onLanguage }: { dark: boolean; onTheme: () => void; onLanguage: (language: Language) => void }): JSX.Element {
  const { t, language } = useWords();
  const other = LANGUAGES.find((one) => one !== language)!;
  return (
    <header class="top">
      <h1><svg viewBox="0 0 32 32" width="26" height="26" aria-hidden="true"><rect width="32" height="32" rx="8" /><path d="M9 23V9m0 8 10-8m-7 6 9 8" /><circle cx="24" cy="9" r="2.6" /></svg><span>快適</span> <small>Kaiteki</small></h1>
      <span class="tools">
        <button type="button" class="bare" lang={other} onClick={() => onLanguage(other)}>{text(other, "shell.language")}</button>
        <button type="button" class="bare" aria-pressed={dark} aria-label={t("shell.dark")} onClick={onTheme}><Icon name={dark ? "sun" : "moon"} /></button>
      </span>
    </header>
  );
}

function Views({ view }: { view: View }): JSX.Element {
  const { t } = useWords();
  return (
    <nav class="views" aria-label={t("shell.views")}>
      {(Object.keys(SHOWN) as View[]).map((one) => (
        <a key={one} href={one === "plan" ? "/" : `/?view=${one}`} aria-current={one === view ? "page" : undefined}
          onClick={(event) => {
            if (event.metaKey || event.ctrlKey || event.shiftKey) return;
            event.preventDefault();
            go({ view: one, parameters: {} });
          }}>
          <Icon name={ICONS[one]} size={22} /><span>{t(`views.${one}`)}</span>
        </a>
      ))}
    </nav>
  );
}

function Footer(): JSX.Element {
  const { t } = useWords();
  return (
    <footer>
      <details><summary>{t("shell.sources")}</summary>
        {city.remark ? <p>{city.remark}</p> : null}
        <ul>{city.attribution.map((one) => <li key={one}>{one}</li>)}</ul>
        <p><a href="/kaiteki/v1/feeds">{t("shell.feeds")}</a> · <a href="/docs">API</a></p>
      </details>
    </footer>
  );
}
