// Files that work on the server has left, by what they are for.
import type { JSX } from "preact";
import { useWords } from "../words";

interface Properties {
  title: string;
  /** Address under which they lie. */
  folder: string;
  names: readonly string[];
}

export function Files({ title, folder, names }: Properties): JSX.Element {
  const { t } = useWords();
  return (
    <details class="files">
      <summary>{title}</summary>
      <ul>{names.map((name) => {
        const purpose = t(`files.${ending(name)}`);
        return <li key={name}><a href={`${folder}/${encodeURIComponent(name)}`}>{purpose.startsWith("files.") ? name : purpose}</a> <small class="muted">{name}</small></li>;
      })}</ul>
    </details>
  );
}

/** What stands after the first dot. */
function ending(name: string): string {
  return name.slice(name.indexOf(".") + 1);
}
