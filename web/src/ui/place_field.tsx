// A field for a place: a combobox with suggestions, as the ARIA Authoring Practices Guide describes it.
import type { JSX } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { isAbort } from "../ask";
import { endOf, here, recent, suggested, used, type End } from "../places";
import type { Match } from "../wire";
import { useWords } from "../words";
import { Icon, type IconName } from "./icon";

interface Option {
  end: End | "here";
  label: string;
  note: string;
  icon: IconName;
}

interface Properties {
  label: string;
  value: End | undefined;
  onChoose: (end: End | undefined) => void;
  dot: "from" | "to" | "via" | "stop";
  type?: Match["type"];
  withHere?: boolean;
}

const PAUSE_MS = 110;
const ICONS: Record<string, IconName> = { station: "station", stop: "bus", port: "bike", street: "route" };

export function PlaceField({ label, value, onChoose, dot, type, withHere = false }: Properties): JSX.Element {
  const { t } = useWords();
  const id = useId();
  const [typed, setTyped] = useState<string | null>(null);
  const [isOpen, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const [problem, setProblem] = useState("");
  const input = useRef<HTMLInputElement>(null);
  const options = useOptions(typed, isOpen, type, withHere);

  const choose = async (option: Option): Promise<void> => {
    setOpen(false);
    setActive(-1);
    setProblem("");
    if (option.end !== "here") {
      used(option.end);
      setTyped(null);
      onChoose(option.end);
      return;
    }
    try {
      const { coords } = await here();
      setTyped(null);
      onChoose({ at: `${coords.latitude.toFixed(5)},${coords.longitude.toFixed(5)}`, name: t("place.here") });
    } catch {
      setProblem(t("place.here_unknown"));
    }
  };
  const keys: Record<string, () => void> = {
    ArrowDown: () => (isOpen ? setActive((active + 1) % Math.max(1, options.length)) : setOpen(true)),
    ArrowUp: () => setActive(active <= 0 ? options.length - 1 : active - 1),
    Escape: () => (isOpen ? setOpen(false) : clear()),
    Enter: () => void choose(options[Math.max(0, active)]!),
  };
  const clear = (): void => {
    setTyped("");
    onChoose(undefined);
  };
  const press = (event: KeyboardEvent): void => {
    if (event.isComposing || !(event.key in keys)) return;
    if (event.key === "Enter" && (!isOpen || !options.length)) return;
    event.preventDefault();
    keys[event.key]!();
  };
  // Who types a name and goes on without choosing means the first suggestion.
  const leave = (): void => {
    setOpen(false);
    const first = options.find((one) => one.end !== "here");
    if (typed && first && !value) void choose(first);
  };

  const isShown = isOpen && options.length > 0;
  return (
    <div class="field place">
      <label for={id}>{label}</label>
      <span class={`dot ${dot}`} aria-hidden="true" />
      <input
        ref={input} id={id} type="text" role="combobox" autocomplete="off" autocapitalize="off" spellcheck={false} enterkeyhint="search"
        aria-autocomplete="list" aria-expanded={isShown} aria-controls={`${id}-list`}
        aria-activedescendant={isShown && active >= 0 ? `${id}-${active}` : undefined}
        aria-describedby={problem ? `${id}-problem` : undefined}
        placeholder={t("place.hint")} value={typed ?? value?.name ?? ""}
        onInput={(event) => {
          setTyped(event.currentTarget.value);
          setActive(-1);
          setOpen(true);
          if (value) onChoose(undefined);
        }}
        onFocus={(event) => {
          event.currentTarget.select();
          setOpen(true);
        }}
        onBlur={leave} onKeyDown={press}
      />
      {(typed ?? value?.name) ? (
        <button type="button" class="bare clear" aria-label={t("place.clear", { field: label })} onMouseDown={(e) => e.preventDefault()} onClick={() => { clear(); input.current?.focus(); }}>
          <Icon name="close" size={16} />
        </button>
      ) : null}
      <ul id={`${id}-list`} role="listbox" aria-label={label} class="suggestions" hidden={!isShown}>
        {options.map((option, index) => (
          <li key={option.label + option.note} id={`${id}-${index}`} role="option" aria-selected={index === active}
            onMouseDown={(event) => event.preventDefault()} onClick={() => void choose(option)}>
            <Icon name={option.icon} size={18} />
            <span class="name">{option.label}</span>
            <span class="note">{option.note}</span>
          </li>
        ))}
      </ul>
      <span class="sr" role="status">{isShown ? t("place.count", { count: options.length }) : ""}</span>
      {problem ? <p id={`${id}-problem`} class="problem">{problem}</p> : null}
    </div>
  );
}

function useOptions(typed: string | null, isOpen: boolean, type: Match["type"] | undefined, withHere: boolean): Option[] {
  const { t, language } = useWords();
  const [found, setFound] = useState<Match[]>([]);
  const text = typed?.trim() ?? "";
  useEffect(() => {
    if (!text || !isOpen) return setFound([]);
    const abort = new AbortController();
    const timer = setTimeout(() => {
      suggested(text, language, type, abort.signal).then(setFound, (error) => isAbort(error) || setFound([]));
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [text, isOpen, language, type]);
  const own: Option[] = withHere ? [{ end: "here", label: t("place.here"), note: "", icon: "here" }] : [];
  if (!text) {
    const earlier = type ? [] : recent();
    return [...own, ...earlier.map((end): Option => ({ end, label: end.name, note: t("place.recent"), icon: "clock" }))];
  }
  return found.map((match) => ({
    end: endOf(match),
    label: match.name,
    note: t(`kinds.${match.category}`),
    icon: ICONS[match.category] ?? "pin",
  }));
}
