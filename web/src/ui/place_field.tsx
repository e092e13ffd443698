// A field for a place: a combobox with suggestions, as the ARIA Authoring Practices Guide describes it.
import type { JSX } from "preact";
import { useId, useRef, useState } from "preact/hooks";
import { here, used, type End } from "../places";
import type { Match } from "../wire";
import { useWords } from "../words";
import { Icon } from "./icon";
import { firstMatch, useSuggestions, type Option } from "./suggestions";

interface Properties {
  label: string;
  value: End | undefined;
  onChoose: (end: End | undefined) => void;
  dot: "from" | "to" | "via" | "stop";
  type?: Match["type"];
  withHere?: boolean;
}

export function PlaceField(properties: Properties): JSX.Element {
  const { label, value, dot } = properties;
  const { t } = useWords();
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const field = useField(properties);
  const { options, active, isOpen, problem, typed } = field;
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
        onInput={(event) => field.type(event.currentTarget.value)}
        onFocus={(event) => {
          event.currentTarget.select();
          field.open();
        }}
        onBlur={() => void field.leave()} onKeyDown={field.press}
      />
      {(typed ?? value?.name) ? (
        <button type="button" class="bare clear" aria-label={t("place.clear", { field: label })} onMouseDown={(e) => e.preventDefault()} onClick={() => { field.clear(); input.current?.focus(); }}>
          <Icon name="close" size={16} />
        </button>
      ) : null}
      <ul id={`${id}-list`} role="listbox" aria-label={label} class="suggestions" hidden={!isShown}>
        {options.map((option, index) => (
          <li key={option.label + option.note} id={`${id}-${index}`} role="option" aria-selected={index === active}
            onMouseDown={(event) => event.preventDefault()} onClick={() => void field.choose(option)}>
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

interface Field {
  options: Option[];
  active: number;
  isOpen: boolean;
  problem: string;
  /** What stands in the field while no place is chosen. */
  typed: string | null;
  type: (text: string) => void;
  open: () => void;
  clear: () => void;
  choose: (option: Option) => Promise<void>;
  leave: () => Promise<void>;
  press: (event: KeyboardEvent) => void;
}

function useField({ value, onChoose, type, withHere = false }: Properties): Field {
  const { t, language } = useWords();
  const [typed, setTyped] = useState<string | null>(null);
  const [isOpen, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const [problem, setProblem] = useState("");
  const { options, isSettled } = useSuggestions(typed, isOpen, type, withHere);
  const take = (end: End, isPlace = true): void => {
    if (isPlace) used(end);
    setTyped(null);
    onChoose(end);
  };
  const close = (): void => {
    setOpen(false);
    setActive(-1);
    setProblem("");
  };
  const choose = async (option: Option): Promise<void> => {
    close();
    if (option.end !== "here") return take(option.end);
    try {
      const { coords } = await here();
      take({ at: `${coords.latitude.toFixed(5)},${coords.longitude.toFixed(5)}`, name: t("place.here") }, false);
    } catch {
      setProblem(t("place.here_unknown"));
    }
  };
  // Who types a name and goes on without choosing means the best match of the whole of it.
  const leave = async (): Promise<void> => {
    close();
    if (!typed?.trim() || value) return;
    const first = isSettled ? options[0] : undefined;
    if (first) return choose(first);
    const end = isSettled ? undefined : await firstMatch(typed.trim(), language, type).catch(() => undefined);
    if (end) take(end);
  };
  const clear = (): void => {
    setTyped("");
    onChoose(undefined);
  };
  const keys: Record<string, () => void> = {
    ArrowDown: () => (isOpen ? setActive((active + 1) % Math.max(1, options.length)) : setOpen(true)),
    ArrowUp: () => setActive(active <= 0 ? options.length - 1 : active - 1),
    Escape: () => (isOpen ? close() : clear()),
    Enter: () => void (active >= 0 ? choose(options[active]!) : leave()),
  };
  return {
    options, active, isOpen, problem, typed, choose, leave, clear,
    open: () => setOpen(true),
    type: (text) => {
      setTyped(text);
      setActive(-1);
      setOpen(true);
      if (value) onChoose(undefined);
    },
    press: (event) => {
      // Enter while kanji are being chosen belongs to the input method; in a field that is done it sends the form.
      if (event.isComposing || !(event.key in keys) || (event.key === "Enter" && !isOpen)) return;
      if (event.key === "Enter" && active < 0 && !typed) return;
      event.preventDefault();
      keys[event.key]!();
    },
  };
}
