// Light or dark: as the device wishes, or as its user chose.
import { useEffect, useState } from "preact/hooks";
import { recall, remember } from "./kept";

export type Theme = "auto" | "light" | "dark";

const NIGHT = "(prefers-color-scheme: dark)";

export function useTheme(): { dark: boolean; toggle: () => void } {
  const [theme, setTheme] = useState<Theme>(() => recall<Theme>("theme", "auto"));
  const [night, setNight] = useState(() => window.matchMedia(NIGHT).matches);
  useEffect(() => {
    const media = window.matchMedia(NIGHT);
    const tell = (): void => setNight(media.matches);
    media.addEventListener("change", tell);
    return () => media.removeEventListener("change", tell);
  }, []);
  const dark = theme === "auto" ? night : theme === "dark";
  useEffect(() => void (document.documentElement.dataset.theme = dark ? "dark" : "light"), [dark]);
  const toggle = (): void => {
    const next: Theme = dark ? "light" : "dark";
    remember("theme", next);
    setTheme(next);
  };
  return { dark, toggle };
}
